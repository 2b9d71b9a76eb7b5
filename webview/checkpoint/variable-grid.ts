import type { VariableId } from '../../src/protocol/checkpoint.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, icon, setAttribute } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import type { Theme } from '../shared/theme.ts';
import { VirtualRows } from '../shared/virtual-rows.ts';
import type { CheckpointModel } from './checkpoint-model.ts';
import { GridRow } from './variable-row.ts';
import type { ListRow, ScopeRow, Sorting, SortKey } from './variable-rows.ts';

const ROW_HEIGHT = 24;

const COLUMNS: readonly (readonly [key: SortKey | null, label: string, cell: string])[] = [
  ['name', 'Variable', 'cell-name'],
  [null, 'Shape', 'cell-shape'],
  [null, 'Type', 'cell-dtype'],
  ['bytes', 'Size', 'cell-number cell-bytes'],
  ['mean', 'Mean', 'cell-number cell-mean'],
  ['standardDeviation', 'Std', 'cell-number cell-standardDeviation'],
  ['min', 'Min', 'cell-number cell-min'],
  ['max', 'Max', 'cell-number cell-max'],
  ['norm', 'Norm', 'cell-number cell-norm'],
  ['change', 'Change', 'cell-change'],
  [null, 'Values', 'cell-values'],
];

export interface GridEvents {
  readonly sort: (sorting: Sorting | null) => void;
  readonly fold: (scope: ScopeRow, folded: boolean) => void;
  readonly select: (row: ListRow | undefined) => void;
  readonly visible: (variables: readonly VariableId[]) => void;
  readonly open: () => void;
}

/** The list of variables: a treegrid with one tab stop, of which only the rows that are seen are there. */
export class VariableGrid {
  readonly root: HTMLElement;
  readonly #events: GridEvents;
  readonly #rows: VirtualRows<GridRow>;
  readonly #heads = new Map<SortKey, HTMLButtonElement>();
  readonly #body: HTMLElement;
  #list: readonly ListRow[] = [];
  #model: CheckpointModel | undefined;
  #active = -1;
  #sorting: Sorting | null = null;

  constructor(events: GridEvents, tools: { frame: Frame; theme: Theme; numbers: NumberFormat }) {
    this.#events = events;
    this.#rows = new VirtualRows({
      frame: tools.frame,
      rowHeight: ROW_HEIGHT,
      make: () =>
        new GridRow({
          ...tools,
          model: () => this.#model,
          row: index => this.#list[index],
          active: () => this.#active,
          select: index => {
            this.#activate(index);
          },
          fold: scope => {
            events.fold(scope, !scope.folded);
          },
        }),
      onVisible: (from, to) => {
        const rows = this.#list.slice(from, to);
        events.visible(rows.flatMap(row => (row.kind === 'variable' ? [row.id] : [])));
      },
    });
    const head = element(
      'div',
      { class: 'grid-row grid-head', role: 'row', 'aria-rowindex': '1' },
      ...this.#headCells(),
    );
    this.#body = element('div', { class: 'grid-body', role: 'presentation' }, this.#rows.root);
    this.root = element(
      'div',
      { class: 'grid', role: 'treegrid', tabindex: '0', 'aria-label': 'Variables' },
      head,
      this.#body,
    );
    this.#rows.root.addEventListener('focus', () => {
      this.root.focus({ preventScroll: true });
    });
    this.root.addEventListener('keydown', event => {
      if (event.target === this.root) this.#key(event);
    });
    tools.theme.onChange(() => {
      this.#rows.update(this.#list.length);
    });
  }

  /** @param selected the row that has the cursor from now on; undefined: the first. */
  update(model: CheckpointModel, list: readonly ListRow[], sorting: Sorting | null, selected: number): void {
    this.#model = model;
    this.#list = list;
    this.#sorting = sorting;
    this.#active = Math.min(selected, list.length - 1);
    this.root.classList.toggle('comparing', model.comparison !== null);
    setAttribute(this.root, 'aria-rowcount', String(list.length + 1));
    this.#showSorting();
    this.#rows.update(list.length);
    this.#mark();
  }

  /** More is known of these. */
  redraw(variables: ReadonlySet<VariableId>): void {
    const [from, to] = this.#rows.visible;
    // Also the rows just outside, which are there already.
    for (let index = Math.max(0, from - 10); index < Math.min(this.#list.length, to + 10); index++) {
      const row = this.#list[index];
      if (row?.kind === 'variable' && variables.has(row.id)) this.#rows.redraw(index);
    }
  }

  reveal(index: number): void {
    this.#activate(index);
  }

  focus(): void {
    this.root.focus();
  }

  #headCells(): HTMLElement[] {
    return COLUMNS.map(([key, label, cell]) => {
      if (key === null) return element('span', { class: cell, role: 'columnheader' }, label);
      const button = element(
        'button',
        { type: 'button', class: 'head-button', tabindex: key === 'name' ? '0' : '-1' },
        label,
        icon('chevron-up', 'sort-mark'),
      );
      this.#heads.set(key, button);
      button.addEventListener('click', () => {
        this.#events.sort(this.#nextSorting(key));
      });
      button.addEventListener('keydown', event => {
        this.#headKey(event, button);
      });
      return element('span', { class: cell, role: 'columnheader' }, button);
    });
  }

  /** Largest first, then smallest first, then as it was; names the other way round. */
  #nextSorting(key: SortKey): Sorting | null {
    const { key: now, descending = false } = this.#sorting ?? {};
    const first = key !== 'name';
    if (now !== key) return { key, descending: first };
    return descending === first ? { key, descending: !first } : null;
  }

  #headKey(event: KeyboardEvent, button: HTMLButtonElement): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...this.#heads.values()].filter(({ offsetParent }) => offsetParent !== null);
    const next = buttons[buttons.indexOf(button) + step];
    if (next === undefined) return;
    button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  #showSorting(): void {
    for (const [key, button] of this.#heads) {
      const sorting = this.#sorting?.key === key ? this.#sorting : null;
      const order = sorting === null ? 'none' : sorting.descending ? 'descending' : 'ascending';
      button.classList.toggle('sorted', sorting !== null);
      button.classList.toggle('descending', order === 'descending');
      if (button.parentElement) setAttribute(button.parentElement, 'aria-sort', order);
    }
  }

  #activate(index: number): void {
    const row = this.#list[index];
    if (row === undefined) return;
    const before = this.#active;
    this.#active = index;
    this.#rows.reveal(index);
    if (before !== index) this.#rows.redraw(before);
    this.#rows.redraw(index);
    this.#mark();
    this.#events.select(row);
  }

  #mark(): void {
    const isThere = this.#rows.rowAt(this.#active) !== undefined;
    setAttribute(this.root, 'aria-activedescendant', isThere ? `row-${this.#active}` : null);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = this.#target(event.key);
    if (target !== undefined) {
      event.preventDefault();
      this.#activate(Math.max(0, Math.min(this.#list.length - 1, target)));
      return;
    }
    const row = this.#list[this.#active];
    if (row === undefined) return;
    if (event.key === 'ArrowRight') this.#inwards(row, event);
    else if (event.key === 'ArrowLeft') this.#outwards(row, event);
    else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (row.kind === 'scope') this.#events.fold(row, !row.folded);
      else this.#events.open();
    }
  }

  #target(key: string): number | undefined {
    const page = this.#rows.pageSize;
    switch (key) {
      case 'ArrowDown':
        return this.#active + 1;
      case 'ArrowUp':
        return this.#active - 1;
      case 'PageDown':
        return this.#active + page;
      case 'PageUp':
        return this.#active - page;
      case 'Home':
        return 0;
      case 'End':
        return this.#list.length - 1;
      default:
        return undefined;
    }
  }

  #inwards(row: ListRow, event: KeyboardEvent): void {
    if (row.kind !== 'scope') return;
    event.preventDefault();
    if (row.folded) this.#events.fold(row, false);
    else this.#activate(this.#active + 1);
  }

  #outwards(row: ListRow, event: KeyboardEvent): void {
    event.preventDefault();
    if (row.kind === 'scope' && !row.folded) {
      this.#events.fold(row, true);
      return;
    }
    const above = this.#list
      .slice(0, this.#active)
      .findLastIndex(other => other.kind === 'scope' && other.level < row.level);
    if (above >= 0) this.#activate(above);
  }
}
