import { describe, expect, it } from 'vitest';
import type { ListedVariable, VariableChange, VariableReport } from '../../src/protocol/checkpoint.ts';
import {
  listRows,
  type KnownVariable,
  type ListOptions,
  type ListRow,
  type Sorting,
} from '../../webview/checkpoint/variable-rows.ts';

function variable(path: string, size = 1, slot: ListedVariable['slot'] = null): ListedVariable {
  return { name: path, path, dtype: 'float32', shape: [size], bytes: 4 * size, slot };
}

const VARIABLES = [
  variable('conv10/weights', 10),
  variable('conv2/biases', 2),
  variable('conv2/weights', 20),
  variable('conv2/weights/Momentum', 20, { of: 'conv2/weights', name: 'Momentum' }),
  variable('deep/er/still/w', 3),
  variable('global_step'),
];

const OPTIONS: ListOptions = { scopes: true, slots: true, filter: '', sorting: null, folded: new Set() };
const nothing = (): KnownVariable => ({ report: undefined, change: undefined });

function rows(options: Partial<ListOptions>, known = nothing as (id: number) => KnownVariable): string[] {
  return listRows(VARIABLES, { ...OPTIONS, ...options }, known).map(written);
}

function written(row: ListRow): string {
  const indent = '  '.repeat(row.level - 1);
  return row.kind === 'variable'
    ? `${indent}${row.label} #${row.id}`
    : `${indent}${row.folded ? '+' : '-'} ${row.label}`;
}

describe('listRows', () => {
  it('makes a tree of the scopes, in the order of people, slots at its end', () => {
    expect(rows({})).toEqual([
      '- conv2',
      '  biases #1',
      '  weights #2',
      '- conv10',
      '  weights #0',
      '- deep/er/still',
      '  w #4',
      'global_step #5',
      '- Momentum slots',
      '  conv2/weights #3',
    ]);
  });

  it('sums up scopes without slots', () => {
    const [conv2] = listRows(VARIABLES, OPTIONS, nothing);
    expect(conv2).toMatchObject({ variables: 2, elements: 22, bytes: 88 });
  });

  it('leaves out what is folded, and slots', () => {
    expect(rows({ folded: new Set(['conv2', 'deep/er/still']), slots: false })).toEqual([
      '+ conv2',
      '- conv10',
      '  weights #0',
      '+ deep/er/still',
      'global_step #5',
    ]);
  });

  it('finds what has all words, in any case', () => {
    expect(rows({ filter: ' WEIGHTS conv2 ', scopes: false })).toEqual([
      'conv2/weights #2',
      'conv2/weights/Momentum #3',
    ]);
  });

  it('lists whole names where there are no scopes, also backwards', () => {
    const flat = rows({ scopes: false });
    expect(flat[0]).toBe('conv2/biases #1');
    expect(rows({ scopes: false, sorting: { key: 'name', descending: true } })).toEqual([...flat].reverse());
  });

  it('sorts by numbers without scopes, what is not known last whichever way', () => {
    const known = (id: number): KnownVariable => ({
      report: id < 3 ? mean(id === 1 ? -5 : id) : undefined,
      change: undefined,
    });
    const by = (descending: boolean): Sorting => ({ key: 'mean', descending });
    expect(rows({ sorting: by(true) }, known).map(row => row.split('#')[1])).toEqual([
      '2',
      '0',
      '1',
      '3',
      '4',
      '5',
    ]);
    expect(rows({ sorting: by(false) }, known).map(row => row.split('#')[1])).toEqual([
      '1',
      '0',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(rows({ sorting: { key: 'bytes', descending: true } })[0]).toBe('conv2/weights #2');
  });

  it('holds what cannot be compared for changed most', () => {
    const changes: Readonly<Record<number, VariableChange>> = {
      0: { kind: 'text', same: true },
      1: { kind: 'added' },
      2: values(0.5),
      3: values(null),
    };
    const known = (id: number): KnownVariable => ({ report: undefined, change: changes[id] });
    const order = rows({ sorting: { key: 'change', descending: true } }, known).map(row => row.split('#')[1]);
    expect(order).toEqual(['1', '3', '2', '0', '4', '5']);
  });
});

const EMPTY = { count: 1, zeros: 0, nans: 0, infinities: 0, finite: null };

function values(relative: number | null): VariableChange {
  return { kind: 'values', relative, cosine: 1, largest: 1, unmatched: 0, other: EMPTY, bins: null };
}

function mean(value: number): VariableReport {
  const bins = { from: 0, to: 1, counts: [1] };
  const finite = { min: 0, max: 0, mean: value, standardDeviation: 0, norm: 0, bins };
  return { kind: 'statistics', statistics: { ...EMPTY, finite } };
}
