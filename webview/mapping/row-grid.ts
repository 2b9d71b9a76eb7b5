import { element, setAttribute } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import { VirtualRows } from '../shared/virtual-rows.ts';
import type { Line } from './row-tree.ts';

export interface RowGridEvents {
  /** Puts a line into its node, which may have shown another before. */
  render(line: Line, node: HTMLElement): void;
  select(key: string): void;
  /** A click on something in a line that does something: its `data-part`. */
  press(line: Line, part: string, anchor: HTMLElement): void;
  fold(key: string, isFolded: boolean): void;
  /** Any other key, with the selected line. True: it was for us. */
  keyDown(event: KeyboardEvent, line: Line): boolean;
  /** Something was dropped on a line. */
  drop(key: string, source: string): void;
}

const ROW_HEIGHT = 24;
/** Two lines, where there is no room for columns. */
const NARROW_ROW_HEIGHT = 42;
/** Below this width columns do not fit; the style sheet says the same. */
const NARROW = 560;

interface GridRow {
  readonly root: HTMLElement;
  show(index: number): void;
}

const DRAGGED = 'application/x-slim-variable';

/**
 * A treegrid of the rows that are seen and no others. It has the focus itself and tells which row is active, so that rows
 * may come and go.
 */
export class RowGrid {
  readonly root: HTMLElement;
  readonly #frame: Frame;
  readonly #events: RowGridEvents;
  #isNarrow = false;
  #rows: VirtualRows<GridRow>;
  #made = 0;
  #lines: readonly Line[] = [];
  #indices: ReadonlyMap<string, number> = new Map();
  #selected: string | null = null;

  constructor(frame: Frame, header: HTMLElement, events: RowGridEvents) {
    this.#frame = frame;
    this.#events = events;
    this.#rows = this.#makeRows();
    this.root = element(
      'div',
      {
        class: 'grid',
        role: 'treegrid',
        tabindex: '0',
        'aria-label': 'Variables of the model and what they get',
        'aria-colcount': '6',
      },
      header,
      this.#rows.root,
    );
    this.root.addEventListener('keydown', event => {
      this.#keyDown(event);
    });
    this.root.addEventListener('focus', () => {
      if (this.#indexOf(this.#selected) === -1) this.#move(0);
    });
    this.root.addEventListener('click', event => {
      this.#click(event);
    });
    this.#listenToDrags();
    new ResizeObserver(() => {
      this.#resized();
    }).observe(this.root);
  }

  get selected(): string | null {
    return this.#selected;
  }

  show(lines: readonly Line[]): void {
    this.#lines = lines;
    this.#indices = new Map(lines.map(({ key }, index) => [key, index]));
    setAttribute(this.root, 'aria-rowcount', String(lines.length + 1));
    this.#rows.update(lines.length);
  }

  /** Selects that line and scrolls to it; a line that is not shown stays selected until another is. */
  select(key: string | null): void {
    const before = this.#indexOf(this.#selected);
    const isOther = this.#selected !== key;
    this.#selected = key;
    const index = this.#indexOf(key);
    this.#rows.redraw(before);
    if (index !== -1) this.#rows.reveal(index);
    this.#rows.redraw(index);
    if (isOther && key !== null) this.#events.select(key);
  }

  /** The node of a part of a line, scrolled into view. */
  part(key: string, part: string): HTMLElement | null {
    this.select(key);
    const row = this.#rows.rowAt(this.#indexOf(key));
    return row?.root.querySelector<HTMLElement>(`[data-part="${part}"]`) ?? null;
  }

  focus(): void {
    this.root.focus();
  }

  #makeRows(): VirtualRows<GridRow> {
    const rows = new VirtualRows<GridRow>({
      frame: this.#frame,
      rowHeight: this.#isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT,
      make: () => this.#makeRow(),
    });
    rows.root.classList.add('grid-rows');
    return rows;
  }

  #makeRow(): GridRow {
    const root = element('div', { role: 'row', id: `row-${this.#made++}` });
    let shown: Line | undefined;
    return {
      root,
      show: index => {
        const line = this.#lines[index];
        if (line === undefined) return;
        if (line !== shown) this.#events.render(line, root);
        shown = line;
        root.dataset['key'] = line.key;
        setAttribute(root, 'aria-rowindex', String(index + 2));
        const isSelected = line.key === this.#selected;
        root.classList.toggle('selected', isSelected);
        setAttribute(root, 'aria-selected', String(isSelected));
        if (isSelected) setAttribute(this.root, 'aria-activedescendant', root.id);
      },
    };
  }

  /** Where columns have no room, rows are higher. */
  #resized(): void {
    const isNarrow = this.root.clientWidth < NARROW;
    if (isNarrow === this.#isNarrow) return;
    this.#isNarrow = isNarrow;
    const [first] = this.#rows.visible;
    const rows = this.#makeRows();
    this.#rows.root.replaceWith(rows.root);
    this.#rows = rows;
    rows.update(this.#lines.length);
    rows.reveal(first);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.target !== this.root) return;
    const at = this.#indexOf(this.#selected);
    const line = this.#lines[at];
    const target = this.#target(event, at, line);
    if (target !== null) this.#move(target);
    else if (line === undefined || !this.#events.keyDown(event, line)) return;
    event.preventDefault();
  }

  /** The line that a key moves to; null: it moves to none. */
  #target(event: KeyboardEvent, at: number, line: Line | undefined): number | null {
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    const page = this.#rows.pageSize;
    switch (event.key) {
      case 'ArrowDown':
        return at + 1;
      case 'ArrowUp':
        return at - 1;
      case 'PageDown':
        return at + page;
      case 'PageUp':
        return at - page;
      case 'Home':
        return 0;
      case 'End':
        return this.#lines.length - 1;
      case 'ArrowRight':
        if (line?.kind === 'scope' && line.isFolded) this.#events.fold(line.key, false);
        else if (line?.kind === 'scope') return at + 1;
        return at;
      case 'ArrowLeft':
        if (line?.kind === 'scope' && !line.isFolded) this.#events.fold(line.key, true);
        else if (line !== undefined) return this.#scopeOf(at);
        return at;
      default:
        return null;
    }
  }

  #scopeOf(at: number): number {
    const level = this.#lines[at]?.level ?? 1;
    const above = this.#lines.slice(0, at).findLastIndex(each => each.kind === 'scope' && each.level < level);
    return above === -1 ? at : above;
  }

  #move(index: number): void {
    const line = this.#lines[Math.min(this.#lines.length - 1, Math.max(0, index))];
    if (line !== undefined) this.select(line.key);
  }

  #indexOf(key: string | null): number {
    return key === null ? -1 : (this.#indices.get(key) ?? -1);
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'];
    const line = this.#lines[this.#indexOf(key ?? null)];
    if (line === undefined) return;
    this.select(line.key);
    // Not when the button goes down: a row that is about to be dragged has to stay where it is.
    this.focus();
    const part = target.closest<HTMLElement>('[data-part]');
    if (part?.dataset['part'] !== undefined) this.#events.press(line, part.dataset['part'], part);
    else if (line.kind === 'scope') this.#events.fold(line.key, !line.isFolded);
  }

  /** A name of the checkpoint is dragged onto a variable of the model. */
  #listenToDrags(): void {
    let over: Element | null = null;
    const setOver = (node: Element | null): void => {
      over?.classList.remove('drop-target');
      over = node;
      over?.classList.add('drop-target');
    };
    this.root.addEventListener('dragstart', event => {
      const source = event.target instanceof HTMLElement ? event.target.dataset['source'] : undefined;
      if (source !== undefined) event.dataTransfer?.setData(DRAGGED, source);
    });
    this.root.addEventListener('dragover', event => {
      const row = event.target instanceof Element ? event.target.closest('.model-row') : null;
      const isOurs = event.dataTransfer?.types.includes(DRAGGED) === true;
      setOver(isOurs ? row : null);
      if (isOurs && row !== null) event.preventDefault();
    });
    this.root.addEventListener('dragend', () => {
      this.focus();
      setOver(null);
    });
    this.root.addEventListener('drop', event => {
      const key = over instanceof HTMLElement ? over.dataset['key'] : undefined;
      const source = event.dataTransfer?.getData(DRAGGED) ?? '';
      setOver(null);
      if (key === undefined || source === '') return;
      event.preventDefault();
      this.#events.drop(key, source);
    });
  }
}
