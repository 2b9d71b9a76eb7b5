import { element, setAttribute } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import type { Line } from './row-tree.ts';

export interface RowGridEvents {
  /** Makes the node of a line, with role row; the grid places it. */
  render(line: Line): HTMLElement;
  select(key: string): void;
  /** A click on something in a line that does something: its `data-part`. */
  press(key: string, part: string, anchor: HTMLElement): void;
  fold(key: string, isFolded: boolean): void;
  /** Any other key, with the selected line. True: it was for us. */
  keyDown(event: KeyboardEvent, line: Line): boolean;
  /** Something was dropped on a line. */
  drop(key: string, source: string): void;
}

export const ROW_HEIGHT = 24;
/** Two lines, where there is no room for columns. */
export const NARROW_ROW_HEIGHT = 42;
/** Below this width columns do not fit; the style sheet says the same. */
const NARROW = 560;
/** Rows beyond the edges that are there already when they scroll in. */
const SPARE = 8;
const DRAGGED = 'application/x-slim-variable';

/**
 * A treegrid that draws the rows that are seen and no others. It has the focus itself and tells which row is active, so that
 * rows may come and go.
 */
export class RowGrid {
  readonly root: HTMLElement;
  readonly #frame: Frame;
  readonly #events: RowGridEvents;
  readonly #rows = element('div', { class: 'grid-rows', role: 'rowgroup' });
  readonly #drawn = new Map<string, { readonly line: Line; readonly node: HTMLElement }>();
  #lines: readonly Line[] = [];
  #selected: string | null = null;
  #rowHeight = ROW_HEIGHT;
  #made = 0;

  constructor(frame: Frame, header: HTMLElement, events: RowGridEvents) {
    this.#frame = frame;
    this.#events = events;
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
      this.#rows,
    );
    this.root.addEventListener('scroll', () => {
      this.#frame.request(this.#draw);
    });
    this.root.addEventListener('keydown', event => {
      this.#keyDown(event);
    });
    this.root.addEventListener('focus', () => {
      if (this.#selected === null || this.#indexOf(this.#selected) === -1) this.#move(0);
    });
    this.#rows.addEventListener('click', event => {
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
    setAttribute(this.root, 'aria-rowcount', String(lines.length + 1));
    this.#rows.style.height = `${lines.length * this.#rowHeight}px`;
    this.#draw();
  }

  /** Selects that line and scrolls to it; a line that is not shown stays selected until another is. */
  select(key: string | null): void {
    if (this.#selected !== key) {
      this.#selected = key;
      if (key !== null) this.#events.select(key);
    }
    const index = key === null ? -1 : this.#indexOf(key);
    if (index !== -1) this.#scrollTo(index);
    this.#draw();
  }

  /** The node of a part of a line, scrolled into view. */
  part(key: string, part: string): HTMLElement | null {
    this.select(key);
    return this.#drawn.get(key)?.node.querySelector<HTMLElement>(`[data-part="${part}"]`) ?? null;
  }

  focus(): void {
    this.root.focus();
  }

  readonly #draw = (): void => {
    const height = this.#rowHeight;
    const first = Math.max(0, Math.floor(this.root.scrollTop / height) - SPARE);
    const last = Math.min(
      this.#lines.length,
      Math.ceil((this.root.scrollTop + this.root.clientHeight) / height) + SPARE,
    );
    const wanted = new Set<string>();
    for (let index = first; index < last; index++) {
      const line = this.#lines[index];
      if (line === undefined) continue;
      wanted.add(line.key);
      const { node } = this.#drawnFor(line);
      node.style.transform = `translateY(${index * height}px)`;
      setAttribute(node, 'aria-rowindex', String(index + 2));
      const isSelected = line.key === this.#selected;
      node.classList.toggle('selected', isSelected);
      setAttribute(node, 'aria-selected', String(isSelected));
    }
    for (const [key, { node }] of this.#drawn) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    const active = this.#selected === null ? undefined : this.#drawn.get(this.#selected);
    setAttribute(this.root, 'aria-activedescendant', active?.node.id ?? null);
  };

  #drawnFor(line: Line): { readonly line: Line; readonly node: HTMLElement } {
    const known = this.#drawn.get(line.key);
    if (known?.line === line) return known;
    const node = this.#events.render(line);
    // A name may have characters that an id must not have.
    node.id = `row-${this.#made++}`;
    node.dataset['key'] = line.key;
    setAttribute(node, 'aria-level', String(line.level));
    if (known === undefined) this.#rows.append(node);
    else known.node.replaceWith(node);
    const drawn = { line, node };
    this.#drawn.set(line.key, drawn);
    return drawn;
  }

  #resized(): void {
    const height = this.root.clientWidth < NARROW ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
    if (height !== this.#rowHeight) {
      const top = this.root.scrollTop / this.#rowHeight;
      this.#rowHeight = height;
      this.#rows.style.height = `${this.#lines.length * height}px`;
      this.root.scrollTop = top * height;
    }
    this.#frame.request(this.#draw);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.target !== this.root) return;
    const at = this.#selected === null ? -1 : this.#indexOf(this.#selected);
    const line = this.#lines[at];
    const target = this.#target(event, at, line);
    if (target !== null) this.#move(target);
    else if (line === undefined || !this.#events.keyDown(event, line)) return;
    event.preventDefault();
  }

  /** The line that a key moves to; null: it moves to none. */
  #target(event: KeyboardEvent, at: number, line: Line | undefined): number | null {
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.#rowHeight) - 2);
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

  #scrollTo(index: number): void {
    const [top, height] = [index * this.#rowHeight, this.#rowHeight];
    const header =
      this.root.firstElementChild instanceof HTMLElement ? this.root.firstElementChild.offsetHeight : 0;
    const seen = this.root.clientHeight - header;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + height > this.root.scrollTop + seen) this.root.scrollTop = top + height - seen;
  }

  #indexOf(key: string): number {
    return this.#lines.findIndex(line => line.key === key);
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'];
    const line = this.#lines.find(each => each.key === key);
    if (line === undefined) return;
    this.select(line.key);
    const part = target.closest<HTMLElement>('[data-part]');
    if (line.kind === 'scope') this.#events.fold(line.key, !line.isFolded);
    else if (part?.dataset['part'] !== undefined) this.#events.press(line.key, part.dataset['part'], part);
  }

  /** A name of the checkpoint is dragged onto a variable of the model. */
  #listenToDrags(): void {
    let over: Element | null = null;
    const setOver = (node: Element | null): void => {
      over?.classList.remove('drop-target');
      over = node;
      over?.classList.add('drop-target');
    };
    this.#rows.addEventListener('dragstart', event => {
      const source = event.target instanceof HTMLElement ? event.target.dataset['source'] : undefined;
      if (source !== undefined) event.dataTransfer?.setData(DRAGGED, source);
    });
    this.#rows.addEventListener('dragover', event => {
      const row = event.target instanceof Element ? event.target.closest('.model-row') : null;
      const isOurs = event.dataTransfer?.types.includes(DRAGGED) === true;
      setOver(isOurs ? row : null);
      if (isOurs && row !== null) event.preventDefault();
    });
    this.#rows.addEventListener('dragend', () => {
      setOver(null);
    });
    this.#rows.addEventListener('drop', event => {
      const key = over instanceof HTMLElement ? over.dataset['key'] : undefined;
      const source = event.dataTransfer?.getData(DRAGGED) ?? '';
      setOver(null);
      if (key === undefined || source === '') return;
      event.preventDefault();
      this.#events.drop(key, source);
    });
  }
}
