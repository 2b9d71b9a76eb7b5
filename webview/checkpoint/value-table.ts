import type { CheckpointPageRequests, Span, ValueWindow, VariableId } from '../../src/protocol/checkpoint.ts';
import { errorOf } from '../../src/protocol/error-message.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { Ask } from '../../src/protocol/requests.ts';
import { element, setAttribute, setText } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import { VirtualRows, type VirtualRow } from '../shared/virtual-rows.ts';
import type { ValueSource } from './value-drawing.ts';

const ROW_HEIGHT = 22;
const COLUMN_WIDTH = 78;
const PLACE_WIDTH = 72;
/** Columns that are shown at once; the others are reached by the keys and the buttons of the head. */
const MAX_COLUMNS = 32;
/** Rows are asked for in pieces of this many. */
const PIECE = 64;

/** A variable's values as numbers: all axes but the last are rows. What is not seen is not asked for. */
export class ValueTable {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #askHost: Ask<CheckpointPageRequests>;
  readonly #rows: VirtualRows<TableRow>;
  readonly #head = element('div', { class: 'table-row table-head', role: 'row' });
  #variable: VariableId | undefined;
  #shape: readonly number[] = [];
  #source: ValueSource = 'own';
  #firstColumn = 0;
  #pieces = new Map<number, ValueWindow | 'asked' | Error>();

  constructor(numbers: NumberFormat, ask: Ask<CheckpointPageRequests>, frame: Frame) {
    this.#numbers = numbers;
    this.#askHost = ask;
    this.#rows = new VirtualRows({
      frame,
      rowHeight: ROW_HEIGHT,
      make: () => new TableRow(index => this.#cells(index)),
    });
    this.#rows.root.classList.add('table-body');
    this.root = element(
      'div',
      { class: 'value-table', role: 'table', tabindex: '0', 'aria-label': 'Values' },
      this.#head,
      this.#rows.root,
    );
    this.#rows.root.addEventListener('focus', () => {
      this.root.focus({ preventScroll: true });
    });
    this.root.addEventListener('keydown', event => {
      this.#key(event);
    });
  }

  show(variable: VariableId, shape: readonly number[], source: ValueSource): void {
    if (variable !== this.#variable || shape.join() !== this.#shape.join()) this.#firstColumn = 0;
    this.#variable = variable;
    this.#shape = shape;
    this.#source = source;
    this.#pieces = new Map();
    this.#draw();
  }

  /** What was asked for is void. */
  forget(): void {
    this.#variable = undefined;
    this.#pieces = new Map();
  }

  get #columns(): number {
    return this.#shape.at(-1) ?? 1;
  }

  get #rowCount(): number {
    return this.#shape.slice(0, -1).reduce((product, size) => product * size, this.#columns === 0 ? 0 : 1);
  }

  get #span(): Span {
    return [this.#firstColumn, Math.min(this.#columns, this.#firstColumn + MAX_COLUMNS)];
  }

  #draw(): void {
    const [from, to] = this.#span;
    const columns = Array.from({ length: to - from }, (_, column) => from + column);
    this.#head.replaceChildren(
      element('span', { role: 'columnheader', class: 'table-place' }, this.#columnsWords(from, to)),
      ...columns.map(column => element('span', { role: 'columnheader' }, this.#numbers.count(column))),
    );
    setAttribute(this.root, 'aria-rowcount', String(this.#rowCount));
    setAttribute(this.root, 'aria-colcount', String(this.#columns));
    this.#rows.root.style.height = `${Math.min(this.#rowCount, 12) * ROW_HEIGHT + 2}px`;
    this.#rows.root.style.width = `${columns.length * COLUMN_WIDTH + PLACE_WIDTH}px`;
    this.#rows.update(this.#rowCount);
  }

  #columnsWords(from: number, to: number): string {
    return to - from === this.#columns ? '' : `${this.#numbers.count(from)}–${this.#numbers.count(to - 1)}`;
  }

  #cells(row: number): { readonly place: string; readonly values: readonly string[] } {
    const [from, to] = this.#span;
    const place = placeOf(row, this.#shape.slice(0, -1));
    const start = row - (row % PIECE);
    const piece = this.#pieces.get(start) ?? this.#ask(start);
    if (piece === 'asked') return { place, values: Array.from({ length: to - from }, () => '') };
    if (piece instanceof Error) return { place, values: [piece.message] };
    const width = to - from;
    const values = Array.from({ length: width }, (_, column) => {
      const value = valueAt(piece, this.#source, (row - start) * width + column);
      return Number.isInteger(value) && Math.abs(value) < 1e15
        ? this.#numbers.count(value)
        : this.#numbers.precise(value);
    });
    return { place, values };
  }

  #ask(start: number): 'asked' {
    const pieces = this.#pieces;
    pieces.set(start, 'asked');
    const settle = (piece: ValueWindow | Error): void => {
      pieces.set(start, piece);
      if (pieces !== this.#pieces) return;
      for (let row = start; row < start + PIECE; row++) this.#rows.redraw(row);
    };
    this.#askHost('window', {
      variable: this.#variable ?? 0,
      rows: [start, start + PIECE],
      columns: this.#span,
    }).then(settle, (error: unknown) => {
      settle(errorOf(error));
    });
    return 'asked';
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: MAX_COLUMNS, ArrowLeft: -MAX_COLUMNS }[event.key];
    const page = {
      PageDown: 1,
      PageUp: -1,
      ArrowDown: 1 / this.#rows.pageSize,
      ArrowUp: -1 / this.#rows.pageSize,
    }[event.key];
    if (page !== undefined) {
      event.preventDefault();
      this.#rows.root.scrollTop += Math.round(page * this.#rows.pageSize) * ROW_HEIGHT;
    } else if (step !== undefined && this.#columns > MAX_COLUMNS) {
      event.preventDefault();
      const last = Math.floor((this.#columns - 1) / MAX_COLUMNS) * MAX_COLUMNS;
      this.#firstColumn = Math.max(0, Math.min(last, this.#firstColumn + step));
      this.#pieces = new Map();
      this.#draw();
    }
  }
}

class TableRow implements VirtualRow {
  readonly root = element('div', { class: 'table-row', role: 'row' });
  readonly #place = element('span', { class: 'table-place dim', role: 'rowheader' });
  readonly #cells: (index: number) => { readonly place: string; readonly values: readonly string[] };

  constructor(cells: (index: number) => { readonly place: string; readonly values: readonly string[] }) {
    this.#cells = cells;
    this.root.append(this.#place);
  }

  show(index: number): void {
    const { place, values } = this.#cells(index);
    setText(this.#place, place);
    setAttribute(this.root, 'aria-rowindex', String(index + 1));
    while (this.root.childElementCount - 1 > values.length) this.root.lastElementChild?.remove();
    while (this.root.childElementCount - 1 < values.length)
      this.root.append(element('span', { role: 'cell' }));
    values.forEach((value, column) => {
      const cell = this.root.children[column + 1];
      if (cell !== undefined) setText(cell, value);
    });
  }
}

function valueAt({ values, other }: ValueWindow, source: ValueSource, at: number): number {
  const own = values[at] ?? NaN;
  if (other === null || source === 'own') return own;
  const before = other[at] ?? NaN;
  return source === 'other' ? before : own - before;
}

/** Which row it is of each axis before the last: `2, 0, 11`. */
function placeOf(row: number, sizes: readonly number[]): string {
  const place: number[] = [];
  let rest = row;
  for (const size of [...sizes].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place.join(', ');
}
