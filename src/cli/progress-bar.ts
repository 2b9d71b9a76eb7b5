/** Progress on one line of a terminal, below whatever else is written there. */

import { NumberFormat } from '../protocol/number-format.ts';
import type { RunProgress } from '../protocol/run.ts';

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';
const BAR_WIDTH = 24;

export interface Terminal {
  readonly columns: number;
  write(text: string): void;
}

export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #numbers = new NumberFormat('en');
  #progress: RunProgress | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;
  #isLineBegun = false;
  #redraw: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(progress: RunProgress): void {
    this.#progress = progress;
    this.#drawSoon();
  }

  /** Before anything else is written to the terminal. */
  beforeText(): void {
    if (this.#isDrawn) this.#terminal.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  /** After it: what ends within a line must not be drawn over. */
  afterText(endsLine: boolean): void {
    this.#isLineBegun = !endsLine;
    if (this.#progress !== undefined) this.#drawSoon();
  }

  close(): void {
    this.beforeText();
    clearTimeout(this.#redraw);
    this.#progress = undefined;
  }

  #drawSoon(): void {
    if (this.#redraw !== undefined) return;
    const wait = this.#drawnAt + REDRAW_MS - performance.now();
    if (wait <= 0) {
      this.#draw();
      return;
    }
    this.#redraw = setTimeout(() => {
      this.#redraw = undefined;
      this.#draw();
    }, wait);
    this.#redraw.unref();
  }

  #draw(): void {
    if (this.#progress === undefined || this.#isLineBegun) return;
    this.#drawnAt = performance.now();
    this.#isDrawn = true;
    // A full last column would wrap on some terminals.
    this.#terminal.write(
      CLEAR_LINE + this.#line(this.#progress).slice(0, Math.max(0, this.#terminal.columns - 1)),
    );
  }

  #line({ step, numberOfSteps, loss, stepsPerSec, secondsLeft }: RunProgress): string {
    const parts = [
      numberOfSteps === null
        ? `step ${this.#numbers.count(step)}`
        : `${bar(step / numberOfSteps)} ${this.#numbers.count(step)}/${this.#numbers.count(numberOfSteps)}`,
      loss === null ? [] : `loss ${this.#numbers.brief(loss)}`,
      stepsPerSec === null ? [] : `${this.#numbers.rate(stepsPerSec)} steps/s`,
      secondsLeft === null ? [] : `${this.#numbers.duration(secondsLeft)} left`,
    ];
    return parts.flat().join('  ');
  }
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}
