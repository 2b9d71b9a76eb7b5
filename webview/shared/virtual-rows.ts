import { element } from './element.ts';
import type { Frame } from './frame.ts';

/** Taller elements than this are cut off by browsers: beyond it, a pixel of the scroll bar is more than one. */
const MAX_HEIGHT = 8_000_000;
/** Rows that are there above and below what is seen, so that scrolling does not show what is still empty. */
const OVERSCAN = 6;

export interface VirtualRow {
  readonly root: HTMLElement;
  /** Takes the place of row `index`. */
  show(index: number): void;
}

export interface VirtualRowsOptions<R extends VirtualRow> {
  readonly frame: Frame;
  /** In pixels; all rows are equally high. */
  readonly rowHeight: number;
  readonly make: () => R;
  /** Which rows are on the screen now, `[from, to)`. */
  readonly onVisible?: (from: number, to: number) => void;
}

/**
 * A list of any length of which only the rows that are seen have elements. Its owner gives `root` a height. It is no stop
 * of Tab, as browsers make of what scrolls: its owner has the keys, and takes the focus back that a click gives it.
 */
export class VirtualRows<R extends VirtualRow> {
  readonly #body = element('div', { class: 'virtual-body', role: 'presentation' });
  readonly root = element('div', { class: 'virtual-rows', role: 'rowgroup', tabindex: '-1' }, this.#body);
  readonly #options: VirtualRowsOptions<R>;
  readonly #shown = new Map<number, R>();
  readonly #spare: R[] = [];
  #count = 0;
  #visible: readonly [number, number] = [0, 0];
  readonly #drawSoon = (): void => {
    this.#draw(false);
  };

  constructor(options: VirtualRowsOptions<R>) {
    this.#options = options;
    this.root.addEventListener('scroll', () => {
      options.frame.request(this.#drawSoon);
    });
    new ResizeObserver(() => {
      options.frame.request(this.#drawSoon);
    }).observe(this.root);
  }

  get visible(): readonly [from: number, to: number] {
    return this.#visible;
  }

  /** There are so many rows now, and each may have changed. */
  update(count: number): void {
    this.#count = count;
    this.#body.style.height = `${Math.min(count * this.#options.rowHeight, MAX_HEIGHT)}px`;
    this.#draw(true);
  }

  /** That row has changed; one that is not on the screen needs no drawing. */
  redraw(index: number): void {
    this.#shown.get(index)?.show(index);
  }

  /** What shows row `index`, if it is there. */
  rowAt(index: number): R | undefined {
    return this.#shown.get(index);
  }

  /** Brings row `index` onto the screen with as little scrolling as that takes. */
  reveal(index: number): void {
    const { rowHeight } = this.#options;
    const top = this.#scrolledRows() * rowHeight;
    const height = this.root.clientHeight;
    const wanted = index * rowHeight;
    if (wanted < top) this.#scrollTo(wanted);
    else if (wanted + rowHeight > top + height) this.#scrollTo(wanted + rowHeight - height);
    this.#draw(false);
  }

  /** How many whole rows are seen at once. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.root.clientHeight / this.#options.rowHeight) - 1);
  }

  /** Pixels of the list for one of the scroll bar. */
  get #stretch(): number {
    const height = this.#count * this.#options.rowHeight;
    const room = this.root.clientHeight;
    return height <= MAX_HEIGHT ? 1 : (height - room) / (MAX_HEIGHT - room);
  }

  #scrollTo(top: number): void {
    this.root.scrollTop = top / this.#stretch;
  }

  #scrolledRows(): number {
    return (this.root.scrollTop * this.#stretch) / this.#options.rowHeight;
  }

  #draw(all: boolean): void {
    const { rowHeight, onVisible } = this.#options;
    const first = this.#scrolledRows();
    const seen = this.root.clientHeight / rowHeight;
    const visible = [
      Math.max(0, Math.floor(first)),
      Math.max(0, Math.min(this.#count, Math.ceil(first + seen))),
    ] as const;
    const from = Math.max(0, visible[0] - OVERSCAN);
    const to = Math.min(this.#count, visible[1] + OVERSCAN);
    for (const [index, row] of this.#shown) {
      if (index >= from && index < to) continue;
      this.#shown.delete(index);
      this.#spare.push(row);
    }
    for (let index = from; index < to; index++) this.#place(index, all);
    for (const { root } of this.#spare) root.hidden = true;
    // The first row's place follows the scroll bar, whatever its pixels stand for.
    const shift = this.root.scrollTop - first * rowHeight;
    for (const [index, { root }] of this.#shown) {
      const top = `translateY(${Math.round(index * rowHeight + shift)}px)`;
      if (root.style.transform !== top) root.style.transform = top;
    }
    if (visible[0] === this.#visible[0] && visible[1] === this.#visible[1] && !all) return;
    this.#visible = visible;
    onVisible?.(...visible);
  }

  #place(index: number, again: boolean): void {
    const known = this.#shown.get(index);
    if (known !== undefined) {
      if (again) known.show(index);
      return;
    }
    const row = this.#spare.pop() ?? this.#make();
    row.root.hidden = false;
    row.show(index);
    this.#shown.set(index, row);
  }

  #make(): R {
    const row = this.#options.make();
    this.#body.append(row.root);
    return row;
  }
}
