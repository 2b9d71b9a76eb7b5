import type { VariableChange } from '../../src/protocol/checkpoint.ts';
import type { ValueStatistics } from '../../src/protocol/value-statistics.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element } from '../shared/element.ts';

const NUMBERS = [
  ['Mean', 'mean'],
  ['Std', 'standardDeviation'],
  ['Min', 'min'],
  ['Max', 'max'],
  ['Norm', 'norm'],
] as const;

/** A variable's statistics; while comparing, also those of the other and what lies between. */
export function statisticsTable(
  own: ValueStatistics,
  change: VariableChange | undefined,
  names: readonly [string, string],
  numbers: NumberFormat,
): HTMLElement {
  const other = change?.kind === 'values' ? change.other : undefined;
  const rows: (readonly [string, string, ...string[]])[] = [
    ...NUMBERS.map(([label, key]) =>
      numberRow(label, own.finite?.[key], other && { value: other.finite?.[key] }, numbers),
    ),
    ...(
      [
        ['Zeros', own.zeros, other?.zeros],
        ['NaN, ±∞', own.nans + own.infinities, other && other.nans + other.infinities],
      ] as const
    ).map(([label, count, before]) => countRow(label, count, before, numbers)),
  ];
  const head = other === undefined ? [] : [element('thead', {}, tableRow('th', ['', ...names, 'Change']))];
  return element(
    'table',
    { class: 'statistics' },
    ...head,
    element('tbody', {}, ...rows.map(row => tableRow('td', row))),
  );
}

function tableRow(cell: 'th' | 'td', [label = '', ...values]: readonly string[]): HTMLElement {
  return element(
    'tr',
    {},
    label === '' ? element('td') : element('th', { scope: 'row' }, label),
    ...values.map(value => element(cell, cell === 'th' ? { scope: 'col' } : {}, value)),
  );
}

function numberRow(
  label: string,
  value: number | undefined,
  other: { readonly value: number | undefined } | undefined,
  numbers: NumberFormat,
): readonly [string, string, ...string[]] {
  // Four columns have room for three digits.
  const written = (number: number | undefined): string =>
    number === undefined ? '\u2014' : other === undefined ? numbers.precise(number) : numbers.brief(number);
  if (other === undefined) return [label, written(value)];
  const difference = value === undefined || other.value === undefined ? undefined : value - other.value;
  return [label, written(value), written(other.value), signed(difference, number => numbers.brief(number))];
}

function countRow(
  label: string,
  count: number,
  before: number | undefined,
  numbers: NumberFormat,
): readonly [string, string, ...string[]] {
  if (before === undefined) return [label, numbers.count(count)];
  return [
    label,
    numbers.count(count),
    numbers.count(before),
    signed(count - before, number => numbers.count(number)),
  ];
}

function signed(value: number | undefined, write: (value: number) => string): string {
  if (value === undefined) return '\u2014';
  return value > 0 ? `+${write(value)}` : write(value);
}
