import { messageOf } from '../../src/protocol/error-message.ts';
import type { MappingRow, SourceValues, StoredVariable } from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { RowRange } from '../../src/protocol/restore.ts';
import type { ValueStatistics } from '../../src/protocol/value-statistics.ts';
import { button, linkButton } from '../shared/controls.ts';
import { element, icon } from '../shared/element.ts';
import { problemSentence, shapeWords } from './row-words.ts';
import { valueChart } from './value-chart.ts';

export interface DetailEvents {
  readValues(source: string, variable: string | null): Promise<SourceValues>;
  setRows(variable: string, axis: number, ranges: readonly RowRange[]): void;
  pairLabels(variable: string): void;
}

export interface Details {
  readonly row: MappingRow;
  readonly model: ModelVariable | undefined;
  readonly stored: StoredVariable | undefined;
  readonly isDisabled: boolean;
}

/** What is larger is read only when asked for. */
const MUCH = 64_000_000;
/** Whoever runs through the rows by keyboard reads none of them. */
const READ_AFTER = 200;

/** The selected row: what is copied where, and which values those are. */
export class DetailPane {
  readonly root = element('aside', { class: 'detail', 'aria-label': 'Details' });
  readonly #numbers: NumberFormat;
  readonly #events: DetailEvents;
  readonly #about = element('div', { class: 'detail-about' });
  readonly #values = element('div', { class: 'detail-values', 'aria-live': 'polite' });
  #shown = '';
  #valuesOf = '';
  #timer: number | undefined;

  constructor(numbers: NumberFormat, events: DetailEvents) {
    this.#numbers = numbers;
    this.#events = events;
    this.root.append(this.#about, this.#values);
  }

  show(details: Details | null): void {
    const shown = JSON.stringify(details);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.hidden = details === null;
    if (details === null) return;
    this.#about.replaceChildren(...this.#aboutNodes(details));
    this.#showValues(details);
  }

  /** The same values may be others now: the checkpoint was written anew. */
  forgetValues(): void {
    this.#valuesOf = '';
    this.#shown = '';
  }

  #aboutNodes({ row, model, stored, isDisabled }: Details): Node[] {
    const name = row.variable ?? row.source ?? '';
    const facts: (readonly [string, string])[] = [];
    if (model !== undefined) facts.push(['Model', `${shapeWords(model.shape)} ${model.dtype}`]);
    if (stored !== undefined) {
      facts.push(['Checkpoint', `${shapeWords(stored.shape)} ${stored.dtype}`]);
      facts.push(['Size', this.#numbers.fileSize(stored.nbytes)]);
    }
    if (row.source !== null && row.source !== name) facts.push(['Named there', row.source]);
    if (typeof model?.initializer === 'string') facts.push(['Initializer', model.initializer]);
    if (model !== undefined && !model.trainable) facts.push(['Trainable', 'no']);
    return [
      element('h3', { class: 'detail-name' }, name),
      element('p', { class: row.problem === undefined ? 'dim' : 'bad' }, this.#sentence(row, model)),
      ...(row.rows === undefined || row.variable === null
        ? []
        : [this.#rowsNode(row.variable, row.rows, isDisabled)]),
      element('table', { class: 'facts' }, ...facts.map(([key, value]) => factRow(key, value))),
    ];
  }

  #sentence(row: MappingRow, model: ModelVariable | undefined): string {
    const { outcome, problem, rows, axes } = row;
    if (problem !== undefined) return `${problemSentence(row, problem)}.`;
    switch (outcome) {
      case 'restored':
        return 'All values are copied as they are.';
      case 'cast':
        return `All values are copied, ${row.detail ?? 'cast'}.`;
      case 'partial': {
        const count = (rows?.ranges ?? []).reduce((sum, range) => sum + range.count, 0);
        const which = count === 1 ? 'One row is' : `${this.#numbers.count(count)} rows are`;
        return `${which} copied along axis ${rows?.axis ?? 0}; the others keep their initial value. Check that they are the right ones.`;
      }
      case 'transposed':
        return `All values are copied, with the axes in the order ${shapeWords(axes ?? [])}.`;
      case 'initialized':
      case 'skipped':
        return typeof model?.initializer === 'string'
          ? `Its initializer, ${model.initializer}, gives its values: ${row.reason}.`
          : `It keeps its initial value: ${row.reason}.`;
      case 'unused':
        return `Nothing of the model gets these values: ${row.reason}.`;
    }
  }

  #rowsNode(
    variable: string,
    { axis, ranges }: NonNullable<MappingRow['rows']>,
    isDisabled: boolean,
  ): HTMLElement {
    const [only] = ranges;
    const byLabel = linkButton('By label...', () => {
      this.#events.pairLabels(variable);
    });
    byLabel.title = 'Pair rows of the same label, from two files with one label a line';
    byLabel.disabled = isDisabled;
    if (only === undefined || ranges.length > 1) {
      const words = `${this.#numbers.count(ranges.length)} ranges of rows`;
      return element('div', { class: 'rows-line' }, element('span', { class: 'grow' }, words), byLabel);
    }
    const fields = { from: only.from, into: only.into, count: only.count };
    const field = (key: keyof RowRange, label: string): HTMLInputElement => {
      const input = element('input', {
        type: 'number',
        class: 'row-input',
        min: key === 'count' ? '1' : '0',
        value: String(only[key]),
        'aria-label': label,
        title: label,
      });
      input.disabled = isDisabled;
      input.addEventListener('change', () => {
        const value = Number(input.value);
        if (Number.isSafeInteger(value) && value >= 0) fields[key] = value;
        this.#events.setRows(variable, axis, [fields]);
      });
      return input;
    };
    return element(
      'div',
      { class: 'rows-line' },
      field('count', 'How many rows'),
      element('span', { class: 'dim' }, 'rows from'),
      field('from', 'First row in the checkpoint'),
      element('span', { class: 'dim' }, 'into'),
      field('into', 'First row in the model'),
      element('span', { class: 'grow' }),
      byLabel,
    );
  }

  #showValues({ row, stored }: Details): void {
    const { source, variable, rows } = row;
    const of = JSON.stringify([source, stored, rows]);
    if (of === this.#valuesOf) return;
    this.#valuesOf = of;
    window.clearTimeout(this.#timer);
    this.#values.replaceChildren();
    if (source === null || stored === undefined) return;
    const read = (): void => {
      this.#read(of, source, rows === undefined ? null : variable);
    };
    if (stored.nbytes <= MUCH) this.#timer = window.setTimeout(read, READ_AFTER);
    else {
      const size = this.#numbers.fileSize(stored.nbytes);
      this.#values.append(button(`Read Values (${size})`, 'secondary', read));
    }
  }

  #read(of: string, source: string, variable: string | null): void {
    this.#values.replaceChildren(element('p', { class: 'dim' }, 'Reading the values...'));
    this.#events.readValues(source, variable).then(
      values => {
        if (this.#valuesOf === of) this.#values.replaceChildren(...this.#valueNodes(values));
      },
      (error: unknown) => {
        if (this.#valuesOf !== of) return;
        const words = messageOf(error);
        this.#values.replaceChildren(
          element('p', { class: 'verdict' }, icon('error', 'bad'), element('span', { class: 'bad' }, words)),
        );
      },
    );
  }

  #valueNodes({ all, rows, isVerified }: SourceValues): Node[] {
    if (all === null) return [element('p', { class: 'dim' }, 'It holds no numbers.')];
    const copied = rows ?? all;
    const chart = valueChart(copied, rows === null ? null : all, this.#numbers);
    return [
      element('h4', {}, 'Values'),
      ...(chart === null ? [] : [chart]),
      ...(rows === null ? [] : [legend()]),
      this.#table(copied, rows === null ? null : all),
      verdict(all, isVerified, this.#numbers),
    ];
  }

  #table(copied: ValueStatistics, all: ValueStatistics | null): HTMLElement {
    const value = (
      { finite }: ValueStatistics,
      key: 'mean' | 'standardDeviation' | 'min' | 'max' | 'norm',
    ): string => (finite === null ? '—' : this.#numbers.precise(finite[key]));
    const zeros = ({ zeros, count }: ValueStatistics): string =>
      count === 0 ? '0' : this.#numbers.percent(zeros / count, 'brief');
    const line = (name: string, of: (summary: ValueStatistics) => string): HTMLElement =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', {}, of(copied)),
        ...(all === null ? [] : [element('td', {}, of(all))]),
      );
    const head =
      all === null
        ? []
        : [
            element(
              'tr',
              {},
              element('td'),
              element('th', { scope: 'col' }, 'rows'),
              element('th', { scope: 'col' }, 'all'),
            ),
          ];
    return element(
      'table',
      { class: 'statistics' },
      ...head,
      line('Mean', summary => value(summary, 'mean')),
      line('Std', summary => value(summary, 'standardDeviation')),
      line('Min', summary => value(summary, 'min')),
      line('Max', summary => value(summary, 'max')),
      line('Norm', summary => value(summary, 'norm')),
      line('Zeros', zeros),
    );
  }
}

function legend(): HTMLElement {
  return element(
    'div',
    { class: 'value-legend' },
    element('span', { class: 'bar-sample series-1' }),
    'rows',
    element('span', { class: 'line-sample series-3' }),
    'all rows',
  );
}

function verdict(
  { nans, infinities }: ValueStatistics,
  isVerified: boolean,
  numbers: NumberFormat,
): HTMLElement {
  const isSound = nans + infinities === 0;
  const words = [
    isSound
      ? 'No NaN, no infinite values.'
      : `${numbers.count(nans)} NaN, ${numbers.count(infinities)} infinite values.`,
    isVerified ? 'CRC verified.' : 'The file has no checksums.',
  ];
  return element(
    'p',
    { class: 'verdict' },
    isSound ? icon('pass', 'good') : icon('warning', 'warning'),
    element('span', {}, words.join(' ')),
  );
}

function factRow(key: string, value: string): HTMLElement {
  return element('tr', {}, element('th', { scope: 'row' }, key), element('td', {}, value));
}
