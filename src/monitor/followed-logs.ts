/** The logs of one kind in one folder, in the order of their names, and what was read in them. */

import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { LogProblem } from '../protocol/series.ts';
import { LogSeries } from './log-series.ts';
import type { ReadBuffer } from './readers/file-tail.ts';
import type { LogReader, OpenLog } from './readers/log-reader.ts';

export class FollowedLogs {
  readonly #reader: LogReader;
  #series = new LogSeries();
  #logs: OpenLog[] = [];
  #forgotten = 0;

  constructor(reader: LogReader) {
    this.#reader = reader;
  }

  /** Differs when anything that was read or found differs. */
  get version(): string {
    return `${this.#forgotten} ${this.#logs.reduce((sum, log) => sum + log.changes, 0)}`;
  }

  get series(): LogSeries {
    return this.#series;
  }

  get isEmpty(): boolean {
    return this.#logs.length === 0;
  }

  get problems(): readonly LogProblem[] {
    return this.#logs.flatMap(log => log.problems);
  }

  /** When the first of them is to be looked at, in milliseconds since 1970. */
  get due(): number {
    return this.#logs.reduce((due, log) => Math.min(due, log.due), Infinity);
  }

  /** @param path that somebody saw change; null: any may have. */
  hint(path: string | null): void {
    for (const log of this.#logs) if (path === null || log.path === path) log.hint();
  }

  /** Finds its logs in what a folder holds. Those that are no longer there take what was read of them with them. */
  list(folder: string, entries: readonly Dirent[]): void {
    const paths = entries
      .filter(entry => this.#reader.isLog(folder, entry))
      .map(entry => join(folder, entry.name))
      .sort();
    const kept = paths.slice(0, this.#logs.length);
    if (kept.some((path, index) => path !== this.#logs[index]?.path) || kept.length < this.#logs.length) {
      // A log went away, or one came in between: the order of what they hold is another one.
      this.forget();
    }
    for (const path of paths.slice(this.#logs.length)) {
      this.#logs.push(this.#reader.open(path, this.#series.sink(path)));
    }
  }

  /** Reads what is due, until the time is up. changed: of what was read, something holds no more. */
  read(buffer: ReadBuffer, until: number): 'more' | 'end' | 'changed' {
    for (const log of this.#logs) {
      if (log.due > Date.now()) continue;
      for (;;) {
        const progress = log.read(buffer);
        if (progress === 'changed') return 'changed';
        if (performance.now() > until) return 'more';
        if (progress === 'end') break;
      }
    }
    return 'end';
  }

  /** As if none had been found: the next {@link list} begins anew. */
  forget(): void {
    this.#logs = [];
    this.#series = new LogSeries();
    this.#forgotten++;
  }
}
