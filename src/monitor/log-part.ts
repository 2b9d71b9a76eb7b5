/** The event files of one folder, in the order of their names, and what was read in them. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_OVERHEAD } from '../formats/tfrecord.ts';
import type { LogProblem } from '../protocol/series.ts';
import { EventFileTail, type ReadBuffer, type TailProgress } from './readers/event-file-tail.ts';
import { EventScan } from './readers/event-scan.ts';
import { FolderHints } from './folder-hints.ts';
import { isEventFile } from './log-layout.ts';

export class LogPart {
  readonly #folder: string;
  #scan = new EventScan();
  #tails: EventFileTail[] = [];
  readonly #hints: FolderHints;
  #forgotten = 0;

  /**
   * @param onHint called when something happened in the folder: `listed` when its list of files may have changed,
   * otherwise files grew.
   */
  constructor(folder: string, onHint: (what: 'grew' | 'listed') => void) {
    this.#folder = folder;
    this.#hints = new FolderHints(folder, (event, name) => {
      for (const tail of this.#tails) if (name === null || tail.path === join(folder, name)) tail.hint();
      onHint(event === 'rename' ? 'listed' : 'grew');
    });
  }

  /** Differs when anything that was read or found differs. */
  get version(): string {
    return `${this.#forgotten} ${this.#tails.reduce((sum, tail) => sum + tail.changes, 0)}`;
  }

  get scan(): EventScan {
    return this.#scan;
  }

  get isEmpty(): boolean {
    return this.#tails.length === 0;
  }

  get problems(): readonly LogProblem[] {
    return this.#tails.flatMap(tail => tail.problems);
  }

  /** When the first of its files is to be looked at, in milliseconds since 1970. */
  get due(): number {
    return this.#tails.reduce((due, tail) => Math.min(due, tail.due), Infinity);
  }

  /** Looks which event files there are. Those that are no longer there take what was read of them with them. */
  list(): void {
    this.#hints.renew();
    const paths = this.#eventFiles();
    const kept = paths.slice(0, this.#tails.length);
    if (kept.some((path, index) => path !== this.#tails[index]?.path) || kept.length < this.#tails.length) {
      // A file went away, or one came in between: the order of events is another one.
      this.#forget();
    }
    for (const path of paths.slice(this.#tails.length)) this.#tails.push(new EventFileTail(path));
  }

  /** Reads what is due, until the time is up. True when there is more to read at once. */
  read(buffer: ReadBuffer, until: number): boolean {
    for (const [position, tail] of this.#tails.entries()) {
      if (tail.due > Date.now()) continue;
      for (;;) {
        const progress = this.#readTail(buffer, tail, position);
        if (progress === 'changed') {
          this.#forget();
          this.list();
          return !this.isEmpty;
        }
        if (performance.now() > until) return true;
        if (progress === 'end') break;
      }
    }
    return false;
  }

  close(): void {
    this.#hints.close();
  }

  #readTail(buffer: ReadBuffer, tail: EventFileTail, position: number): TailProgress {
    return tail.read(buffer, (bytes, start, end, offset) => {
      try {
        this.#scan.read(bytes, start, end, position);
      } catch (error) {
        tail.addProblem(
          offset,
          end - start + RECORD_OVERHEAD,
          error instanceof Error ? error.message : String(error),
        );
      }
    });
  }

  #eventFiles(): string[] {
    try {
      return readdirSync(this.#folder, { withFileTypes: true })
        .filter(entry => !entry.isDirectory() && isEventFile(entry.name))
        .map(entry => join(this.#folder, entry.name))
        .sort();
    } catch {
      // Not there (any more), or not to be read: no files. What keeps it from being read is seen by whoever looks.
      return [];
    }
  }

  #forget(): void {
    this.#tails = [];
    this.#scan = new EventScan();
    this.#forgotten++;
  }
}
