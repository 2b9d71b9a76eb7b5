import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { element, icon, setText } from '../../shared/element.ts';
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
/** Between the window's edge and the tooltip, in CSS pixels. */
const EDGE = 4;

interface TooltipPlace {
  /** Of the line. */
  readonly x: number;
  readonly plot: DOMRect;
}

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

  /**
   * Shows it at the right of the line at `x`, at the left where it would leave the window, and below the plot (or above)
   * where neither side has room: never on the line. Positions in CSS pixels of the page.
   */
  show(content: TooltipContent, at: TooltipPlace): void {
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

  #place({ x, plot }: TooltipPlace): void {
    const { width, height } = this.root.getBoundingClientRect();
    const right = x + GAP;
    const left = x - GAP - width;
    const beside = right + width <= window.innerWidth - EDGE ? right : left >= EDGE ? left : null;
    this.root.style.left = `${beside ?? Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
    const top = beside !== null ? plot.top + GAP : plot.bottom + GAP;
    const fits = top + height <= window.innerHeight - EDGE;
    const above = beside !== null ? window.innerHeight - EDGE - height : plot.top - GAP - height;
    this.root.style.top = `${Math.max(EDGE, fits ? top : above)}px`;
  }
}
