import type { VariableReport } from '../../src/protocol/checkpoint.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { FiniteStatistics, ValueStatistics } from '../../src/protocol/value-statistics.ts';
import { element, icon, setAttribute, setText } from '../shared/element.ts';
import type { Palette, Theme } from '../shared/theme.ts';
import type { VirtualRow } from '../shared/virtual-rows.ts';
import { paintBins } from './bins-painter.ts';
import { changeWords } from './change-words.ts';
import type { CheckpointModel } from './checkpoint-model.ts';
import { sharpContext } from './sharp-canvas.ts';
import type { ListRow, ScopeRow, VariableRow } from './variable-rows.ts';
import { shapeText, shortDtype } from './variable-words.ts';

const NUMBERS = ['mean', 'standardDeviation', 'min', 'max', 'norm'] as const;
const NUMBER_WORDS = { mean: 'Mean', standardDeviation: 'Std', min: 'Min', max: 'Max', norm: 'Norm' };
/** Not known yet, or not to be told. */
const DASH = '\u2014';
const SPARK_WIDTH = 80;
const SPARK_HEIGHT = 18;
/** Pixels of the bar of a change of 100 %. */
const CHANGE_WIDTH = 24;

export interface RowContext {
  readonly numbers: NumberFormat;
  readonly theme: Theme;
  readonly model: () => CheckpointModel | undefined;
  readonly row: (index: number) => ListRow | undefined;
  /** The index of the row that has the cursor. */
  readonly active: () => number;
  readonly select: (index: number) => void;
  readonly fold: (scope: ScopeRow) => void;
}

/** One row of the list, of a scope or a variable. */
export class GridRow implements VirtualRow {
  readonly root: HTMLElement;
  readonly #context: RowContext;
  readonly #twistie = icon('chevron-down', 'twistie');
  readonly #kind = icon('symbol-numeric', 'row-kind');
  readonly #label = element('span', { class: 'row-label ellipsis' });
  readonly #note = element('span', { class: 'row-note dim ellipsis' });
  readonly #name = element(
    'span',
    { class: 'cell-name', role: 'rowheader' },
    this.#twistie,
    this.#kind,
    this.#label,
    this.#note,
  );
  readonly #shape = element('span', { class: 'cell-shape ellipsis', role: 'gridcell' });
  readonly #dtype = element('span', { class: 'cell-dtype dim', role: 'gridcell' });
  readonly #bytes = element('span', { class: 'cell-number cell-bytes', role: 'gridcell' });
  readonly #numbers = NUMBERS.map(key =>
    element('span', { class: `cell-number cell-${key}`, role: 'gridcell' }),
  );
  readonly #bar = element('i', { class: 'change-bar' });
  readonly #changeText = element('span', {});
  readonly #change = element('span', { class: 'cell-change', role: 'gridcell' }, this.#bar, this.#changeText);
  readonly #canvas = element('canvas', { class: 'cell-spark' });
  readonly #spark = element('span', { class: 'cell-values', role: 'gridcell' }, this.#canvas);
  readonly #words = element('span', { class: 'cell-words ellipsis', role: 'gridcell' });
  #index = -1;

  constructor(context: RowContext) {
    this.#context = context;
    this.root = element(
      'div',
      { class: 'grid-row', role: 'row' },
      this.#name,
      this.#shape,
      this.#dtype,
      this.#bytes,
      ...this.#numbers,
      this.#change,
      this.#spark,
      this.#words,
    );
    this.root.addEventListener('mousedown', event => {
      if (event.button !== 0) return;
      context.select(this.#index);
      const row = context.row(this.#index);
      const isTwistie = event.target === this.#twistie;
      if (row?.kind === 'scope' && (isTwistie || event.detail === 2)) context.fold(row);
    });
  }

  show(index: number): void {
    this.#index = index;
    const row = this.#context.row(index);
    const model = this.#context.model();
    if (row === undefined || model === undefined) return;
    const isActive = index === this.#context.active();
    this.root.id = `row-${index}`;
    this.root.classList.toggle('active', isActive);
    setAttribute(this.root, 'aria-selected', String(isActive));
    setAttribute(this.root, 'aria-level', String(row.level));
    // The head is the first row.
    setAttribute(this.root, 'aria-rowindex', String(index + 2));
    this.root.style.setProperty('--level', String(row.level));
    this.root.classList.toggle('is-scope', row.kind === 'scope');
    setText(this.#label, row.label);
    if (row.kind === 'scope') this.#showScope(row);
    else this.#showVariable(row, model, isActive);
  }

  #showScope({ elements, variables, bytes, folded, label }: ScopeRow): void {
    const { numbers } = this.#context;
    this.#twistie.className = `codicon codicon-chevron-${folded ? 'right' : 'down'} twistie`;
    setAttribute(this.root, 'aria-expanded', String(!folded));
    const isSlots = label.endsWith(' slots');
    setText(
      this.#note,
      isSlots
        ? `${numbers.count(variables)} ${variables === 1 ? 'variable' : 'variables'} · ${numbers.fileSize(bytes)}`
        : `${numbers.count(elements)} ${elements === 1 ? 'parameter' : 'parameters'}`,
    );
    setAttribute(this.#label, 'title', label);
    this.root.classList.remove('has-words', 'is-bad');
  }

  #showVariable({ id }: VariableRow, model: CheckpointModel, isActive: boolean): void {
    const { numbers, theme } = this.#context;
    const variable = model.variable(id);
    if (variable === undefined) return;
    setAttribute(this.root, 'aria-expanded', null);
    setText(this.#note, '');
    setAttribute(
      this.#label,
      'title',
      variable.path === variable.name ? variable.path : `${variable.path}\n${variable.name}`,
    );
    setText(this.#shape, shapeText(variable.shape));
    setAttribute(this.#shape, 'title', shapeText(variable.shape));
    setText(this.#dtype, shortDtype(variable.dtype));
    setAttribute(this.#dtype, 'title', variable.dtype);
    setText(this.#bytes, numbers.fileSize(variable.bytes));
    const { report, change } = model.known(id);
    this.#showReport(report, /^u?int|^bool/.test(variable.dtype));
    setText(this.#changeText, '');
    this.#bar.style.width = '0';
    setAttribute(this.#change, 'title', null);
    if (model.comparison !== null) {
      const words = change && changeWords(change, model.comparison.name, numbers);
      setText(this.#changeText, words?.brief ?? DASH);
      setAttribute(this.#change, 'title', words?.full ?? null);
      this.#change.classList.toggle('dim', change === undefined || words?.brief === 'same');
      this.#bar.style.width = `${barWidth(change)}px`;
    }
    this.#paint(report, change?.kind === 'values' ? change.bins : null, theme.palette, isActive);
  }

  #showReport(report: VariableReport | undefined, isWhole: boolean): void {
    const { numbers } = this.#context;
    const written = (value: number): string =>
      isWhole && Number.isInteger(value) && Math.abs(value) < 1e7
        ? numbers.count(value)
        : numbers.brief(value);
    const words = wordsOf(report, this.#context.numbers);
    const isBad = report?.kind === 'damaged';
    this.root.classList.toggle('has-words', words !== undefined);
    this.root.classList.toggle('is-bad', isBad);
    this.#kind.className = `codicon codicon-${isBad ? 'error' : 'symbol-numeric'} row-kind`;
    setText(this.#words, words ?? '');
    setAttribute(this.#words, 'title', isBad ? report.message : (words ?? null));
    const statistics = report?.kind === 'statistics' ? report.statistics : undefined;
    this.#numbers.forEach((cell, index) => {
      const key = NUMBERS[index] ?? 'mean';
      const value = numberOf(statistics, key);
      setText(cell, value === undefined ? DASH : written(value));
      cell.classList.toggle('dim', value === undefined);
      setAttribute(cell, 'title', value === undefined ? null : `${NUMBER_WORDS[key]} ${value}`);
    });
    const odd = words === undefined ? (statistics?.nans ?? 0) + (statistics?.infinities ?? 0) : 0;
    this.root.classList.toggle('is-odd', odd > 0);
    if (odd > 0) setText(this.#note, `${this.#context.numbers.count(odd)} not finite`);
  }

  #paint(
    report: VariableReport | undefined,
    compared: { readonly own: FiniteStatistics['bins']; readonly other: FiniteStatistics['bins'] } | null,
    palette: Palette,
    isActive: boolean,
  ): void {
    const context = sharpContext(this.#canvas, SPARK_WIDTH, SPARK_HEIGHT);
    const statistics = report?.kind === 'statistics' ? report.statistics : undefined;
    const own = compared?.own ?? statistics?.finite?.bins;
    if (context === undefined || own === undefined || statistics?.count === 1) return;
    const bars =
      isActive && !palette.highContrast
        ? palette.selectionForeground
        : (palette.series[0] ?? palette.foreground);
    context.globalAlpha = 0.8;
    paintBins(context, { width: SPARK_WIDTH, height: SPARK_HEIGHT }, own, compared?.other, {
      bars,
      line: palette.series[1] ?? palette.foreground,
    });
    context.globalAlpha = 1;
  }
}

function barWidth(change: ReturnType<CheckpointModel['known']>['change']): number {
  if (change?.kind !== 'values' || change.relative === 0) return 0;
  return Math.max(1.5, Math.min(1, change.relative ?? 1) * CHANGE_WIDTH);
}

/** A single number is its own mean, and nothing else is to be said of it. */
function numberOf(
  statistics: ValueStatistics | undefined,
  key: (typeof NUMBERS)[number],
): number | undefined {
  if (statistics?.count === 1 && key !== 'mean') return undefined;
  return statistics?.finite?.[key];
}

/** What stands where the numbers would. */
function wordsOf(report: VariableReport | undefined, numbers: NumberFormat): string | undefined {
  switch (report?.kind) {
    case 'damaged':
      return 'Damaged';
    case 'large':
      return 'Over 256 MB: read when asked for';
    case 'opaque':
      return 'Only TensorFlow can read it';
    case 'text':
      return report.count === 1
        ? `“${report.first}”`
        : `${numbers.count(report.count)} strings: “${report.first}”`;
    case 'statistics':
      return report.statistics.count > 0 && report.statistics.finite === null
        ? `No finite value: ${numbers.count(report.statistics.nans)} NaN, ${numbers.count(report.statistics.infinities)} infinite`
        : undefined;
    default:
      return undefined;
  }
}
