import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, icon, setText } from '../shared/element.ts';
import { swatch } from './run-style.ts';

export interface TooltipRow {
  readonly name: string;
  /** As in `DashboardRun`. */
  readonly series: number;
  readonly smoothed: string;
  readonly value: string;
  readonly step: number;
  /** Seconds since the run's first point; null: not known. */
  readonly seconds: number | null;
  readonly nearest: boolean;
  readonly dim: boolean;
}

export interface TooltipContent {
  readonly title: string;
  readonly clock: string;
  /** Whether there is a column of smoothed values beside the raw ones. */
  readonly smoothed: boolean;
  readonly rows: readonly TooltipRow[];
  readonly notes: readonly string[];
}

/** Rows more than these are counted, not shown. */
const MAX_ROWS = 16;
/** Between the crosshair and the tooltip, in CSS pixels. */
const GAP = 12;

/** What the runs say at the crosshair. It belongs to the card under the pointer; there is only one. */
export class Tooltip {
  readonly root = element('div', { class: 'tooltip', role: 'tooltip', hidden: '' });
  readonly #numbers: NumberFormat;
  readonly #title = element('span');
  readonly #clock = element('span', { class: 'dim' });
  readonly #body = element('tbody');
  readonly #smoothedHead = element('th', {}, 'Smoothed');
  readonly #notes = element('span');
  readonly #footer = element('footer', {}, icon('info'), this.#notes);

  constructor(numbers: NumberFormat) {
    this.#numbers = numbers;
    const head = ['Run', this.#smoothedHead, 'Value', 'Step', 'Time'].map(cell =>
      typeof cell === 'string' ? element('th', {}, cell) : cell,
    );
    this.root.append(
      element('h4', {}, this.#title, this.#clock),
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), this.#body),
      this.#footer,
    );
  }

  get visible(): boolean {
    return !this.root.hidden;
  }

  /**
   * Shows it at the right of the line at `x`, at the left where it would leave the window: never on the line.
   * Positions in CSS pixels of the page.
   */
  show(content: TooltipContent, at: { readonly x: number; readonly top: number }): void {
    setText(this.#title, content.title);
    setText(this.#clock, content.clock);
    this.#smoothedHead.hidden = !content.smoothed;
    const rows = content.rows.slice(0, MAX_ROWS);
    const hidden = content.rows.length - rows.length;
    this.#body.replaceChildren(...rows.map(row => this.#row(row, content.smoothed)));
    const notes = hidden > 0 ? [`and ${hidden} more`, ...content.notes] : content.notes;
    setText(this.#notes, notes.join(' · '));
    this.#footer.hidden = notes.length === 0;
    this.root.hidden = false;
    this.#place(at);
  }

  hide(): void {
    this.root.hidden = true;
  }

  #row(row: TooltipRow, smoothed: boolean): HTMLElement {
    const classes = [row.nearest ? 'nearest' : '', row.dim ? 'dim' : ''].join(' ').trim();
    const cells = [
      element('td', {}, element('span', { class: 'tooltip-run' }, swatch(row.series), row.name)),
      ...(smoothed ? [element('td', {}, row.smoothed)] : []),
      element('td', {}, row.value),
      element('td', {}, this.#numbers.count(row.step)),
      element('td', {}, row.seconds === null ? '' : this.#numbers.duration(row.seconds)),
    ];
    return element('tr', classes ? { class: classes } : {}, ...cells);
  }

  #place(at: { readonly x: number; readonly top: number }): void {
    const { width, height } = this.root.getBoundingClientRect();
    const right = at.x + GAP;
    const left = at.x - GAP - width;
    const fitsRight = right + width <= window.innerWidth - 4;
    // Where neither side has room for all of it, the side with more room.
    const onRight = fitsRight || (left < 4 && window.innerWidth - at.x > at.x);
    this.root.style.left = `${onRight ? right : left}px`;
    this.root.style.top = `${Math.max(4, Math.min(at.top, window.innerHeight - height - 4))}px`;
  }
}
