import { isLive } from '../../../src/protocol/run.ts';
import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { ConsoleLine } from './console-text.ts';
import { ConsoleText } from './console-text.ts';

/** Lines kept in the page, at least; `console.log` in the run's folder has all. */
export const KEPT_LINES = 5000;

export interface RunConsoleServices {
  /** From now on the text of that run's console is to come; null: of none. */
  open(run: string | null): void;
  /** More text has come. */
  changed(): void;
}

/** The console of one run: the one that was picked, else one that runs, else the newest. */
export class RunConsole {
  readonly #services: RunConsoleServices;
  readonly #encoder = new TextEncoder();
  /** Whoever shows the text. */
  #reader: (() => void) | null = null;
  #runs: readonly DashboardRun[] = [];
  #picked: string | null = null;
  #needed = false;
  #run: string | null = null;
  #text = new ConsoleText();
  #lines: ConsoleLine[] = [];
  #ended = 0;
  #lastLine = '';
  /** Byte of the run's console after the last one taken in; null: none yet. */
  #nextOffset: number | null = null;
  #skippedBytes = 0;

  constructor(services: RunConsoleServices) {
    this.#services = services;
  }

  /** Those that have a console. */
  get runs(): readonly DashboardRun[] {
    return this.#runs;
  }

  /** The run whose text this is. */
  get run(): string | null {
    return this.#run;
  }

  /** The newest line that says something. */
  get lastLine(): string {
    return lineText(this.#text.current).trim() || this.#lastLine;
  }

  /** The line that has not ended yet. */
  get current(): ConsoleLine {
    return this.#text.current;
  }

  /** Lines that have ended, those too that are not kept. */
  get ended(): number {
    return this.#ended;
  }

  /** Another text is another object. */
  get text(): object {
    return this.#text;
  }

  /** Bytes at its start that did not come. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /** The lines from that one on, as far as they are kept. */
  linesFrom(line: number): readonly ConsoleLine[] {
    return this.#lines.slice(Math.max(0, this.#lines.length - (this.#ended - line)));
  }

  /** Whoever shows the text is told of what comes; null: nobody does. */
  read(reader: (() => void) | null): void {
    this.#reader = reader;
    this.#follow();
  }

  /** {@link update} is to follow. */
  pick(run: string): void {
    this.#picked = run;
  }

  /** @param needed its text is to come even if nobody shows it */
  update(runs: readonly DashboardRun[], needed: boolean): void {
    this.#runs = runs.filter(run => run.state !== null);
    this.#needed = needed;
    this.#follow();
  }

  /** @param offset byte of the run's console at which `text` begins */
  receive(run: string, offset: number, text: string): void {
    if (run !== this.#run) return;
    if (offset === 0) this.#clear();
    const expected = this.#nextOffset ?? offset;
    if (this.#nextOffset === null) this.#skippedBytes = offset;
    const bytes = this.#encoder.encode(text);
    // What is here already is not shown again; what is missing between is left out.
    const fresh = offset < expected ? new TextDecoder().decode(bytes.subarray(expected - offset)) : text;
    this.#nextOffset = Math.max(expected, offset + bytes.length);
    for (const line of this.#text.write(fresh)) this.#add(line);
    this.#reader?.();
    this.#services.changed();
  }

  #follow(): void {
    const chosen = this.#choose();
    // A console that was opened stays open: its text is here already.
    const run = this.#needed || this.#reader !== null || this.#run === chosen ? chosen : null;
    if (run === this.#run) return;
    this.#run = run;
    this.#clear();
    this.#services.open(run);
  }

  #choose(): string | null {
    const byStart = [...this.#runs].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
    const chosen =
      this.#runs.find(run => run.id === this.#picked) ??
      byStart.find(run => run.state !== null && isLive(run.state)) ??
      byStart[0];
    return chosen?.id ?? null;
  }

  #add(line: ConsoleLine): void {
    this.#ended++;
    this.#lines.push(line);
    // Now and then, not for each line.
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines = this.#lines.slice(-KEPT_LINES);
    const words = lineText(line).trim();
    if (words !== '') this.#lastLine = words;
  }

  #clear(): void {
    this.#text = new ConsoleText();
    this.#lines = [];
    this.#ended = 0;
    this.#lastLine = '';
    this.#nextOffset = null;
    this.#skippedBytes = 0;
    this.#reader?.();
  }
}

function lineText(line: ConsoleLine): string {
  return line.map(piece => piece.text).join('');
}
