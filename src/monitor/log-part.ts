/** One folder of a run: the logs in it, of whatever kind, and what was read in them. */

import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { LogProblem } from '../protocol/series.ts';
import { FolderHints } from './folder-hints.ts';
import { FollowedLogs } from './followed-logs.ts';
import type { LogSeries } from './log-series.ts';
import type { ReadBuffer } from './readers/file-tail.ts';
import type { LogReader } from './readers/log-reader.ts';
import type { TagSeries } from './series/tag-series.ts';

export class LogPart {
  readonly #folder: string;
  /** For each reader, its logs. */
  readonly #kinds: readonly FollowedLogs[];
  readonly #hints: FolderHints;

  /**
   * @param onHint called when something happened in the folder: `listed` when its list of files may have changed,
   * otherwise files grew.
   */
  constructor(folder: string, readers: readonly LogReader[], onHint: (what: 'grew' | 'listed') => void) {
    this.#folder = folder;
    this.#kinds = readers.map(reader => new FollowedLogs(reader));
    this.#hints = new FolderHints(folder, (event, name) => {
      for (const logs of this.#kinds) logs.hint(name === null ? null : join(folder, name));
      onHint(event === 'rename' ? 'listed' : 'grew');
    });
  }

  /** Differs when anything that was read or found differs. */
  get version(): string {
    return this.#kinds.map(({ version }) => version).join();
  }

  /** What each reader has read. */
  get series(): readonly LogSeries[] {
    return this.#kinds.map(({ series }) => series);
  }

  /** Each tag once: where two readers have one of that name, the first one's. */
  get tags(): readonly TagSeries[] {
    return this.series.flatMap(({ tags }, index, all) => {
      const before = all.slice(0, index).map(series => series.tags);
      return tags.values().filter(({ tag }) => before.every(others => others.get(tag) === undefined));
    });
  }

  tag(name: string): TagSeries | undefined {
    for (const { tags } of this.series) {
      const found = tags.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  get problems(): readonly LogProblem[] {
    return this.#kinds.flatMap(({ problems }) => problems);
  }

  /** When the first of its files is to be looked at, in milliseconds since 1970. */
  get due(): number {
    return this.#kinds.reduce((due, logs) => Math.min(due, logs.due), Infinity);
  }

  /** Looks which logs there are. */
  list(): void {
    this.#hints.renew();
    const entries = this.#entries();
    for (const logs of this.#kinds) logs.list(this.#folder, entries);
  }

  /** Reads what is due, until the time is up. True when there is more to read at once. */
  read(buffer: ReadBuffer, until: number): boolean {
    for (const logs of this.#kinds) {
      const progress = logs.read(buffer, until);
      if (progress === 'more') return true;
      if (progress === 'end') continue;
      logs.forget();
      this.list();
      if (!logs.isEmpty) return true;
    }
    return false;
  }

  close(): void {
    this.#hints.close();
  }

  #entries(): Dirent[] {
    try {
      return readdirSync(this.#folder, { withFileTypes: true });
    } catch {
      // Not there (any more), or not to be read: no files. What keeps it from being read is seen by whoever looks.
      return [];
    }
  }
}
