/** One run's log folder: finds its logs, follows them, and knows what is in them. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { watch as watchFolders, type FSWatcher } from 'chokidar';
import type { LogSummary, SeriesQuery, SeriesWindow, TagInfo } from '../protocol/series.ts';
import { isPartFolder, OWN_PART, tagInRun } from './log-layout.ts';
import { LogPart } from './log-part.ts';
import type { LogSeries } from './log-series.ts';
import type { ReadBuffer } from './readers/file-tail.ts';
import type { LogReader } from './readers/log-reader.ts';
import { seriesWindow } from './series/series-window.ts';
import type { TagSeries } from './series/tag-series.ts';

/** The list of files is looked at this often even when nobody said that it changed: on network folders nobody does. */
const LIST_INTERVAL_MS = 2000;

export class WatchedLog {
  readonly #run: string;
  readonly #logdir: string;
  readonly #readers: readonly LogReader[];
  readonly #onHint: () => void;
  readonly #folders: FSWatcher;
  readonly #parts = new Map<string, LogPart>();
  #listDue = 0;
  #loading = true;
  #summarized = '';

  /** @param onHint there may be something to read now: {@link read} is to be called soon */
  constructor(run: string, logdir: string, readers: readonly LogReader[], onHint: () => void) {
    this.#run = run;
    this.#logdir = logdir;
    this.#readers = readers;
    this.#onHint = onHint;
    // Folders only: files are followed by LogPart, since chokidar drops changes that follow each other quickly.
    this.#folders = watchFolders(logdir, {
      depth: 1,
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    });
    const listSoon = (): void => {
      this.#listSoon();
    };
    this.#folders.on('addDir', listSoon).on('unlinkDir', listSoon);
    // Too many watches, no permission: looking at the list every now and then goes on.
    this.#folders.on('error', () => undefined);
  }

  /** When something is to be looked at next, in milliseconds since 1970. */
  get due(): number {
    return [...this.#parts.values()].reduce((due, part) => Math.min(due, part.due), this.#listDue);
  }

  /** Reads what is due, until the time is up. True when there is more to read at once. */
  read(buffer: ReadBuffer, until: number): boolean {
    if (Date.now() >= this.#listDue) this.#list();
    for (const part of this.#parts.values()) if (part.read(buffer, until)) return true;
    this.#loading = false;
    return false;
  }

  /** The summary, if it is another one than the last that was given out. */
  news(): LogSummary | undefined {
    const parts = [...this.#parts].map(([name, part]) => `${name} ${part.version}`);
    const state = `${this.#loading} ${parts.join()}`;
    if (state === this.#summarized) return undefined;
    this.#summarized = state;
    return this.#summary();
  }

  /** @throws Error when the run has no such curve. */
  query(query: SeriesQuery): SeriesWindow {
    const series = this.#find(query.tag);
    if (series?.kind !== 'scalar') throw new Error(`${this.#logdir} has no curve ${query.tag}.`);
    return seriesWindow(series.curve, query, this.#origin());
  }

  async close(): Promise<void> {
    for (const part of this.#parts.values()) part.close();
    await this.#folders.close();
  }

  #listSoon(): void {
    this.#listDue = 0;
    this.#onHint();
  }

  #list(): void {
    this.#listDue = Date.now() + LIST_INTERVAL_MS;
    const present = new Set([OWN_PART, ...partFolders(this.#logdir)]);
    for (const [name, part] of this.#parts) {
      if (present.has(name)) continue;
      part.close();
      this.#parts.delete(name);
    }
    for (const name of present) {
      if (!this.#parts.has(name)) this.#parts.set(name, this.#newPart(name));
    }
    for (const part of this.#parts.values()) part.list();
  }

  #newPart(name: string): LogPart {
    return new LogPart(join(this.#logdir, name), this.#readers, what => {
      if (what === 'listed') this.#listSoon();
      else this.#onHint();
    });
  }

  #find(tag: string): TagSeries | undefined {
    for (const [name, part] of this.#parts) {
      const prefix = tagInRun(name, '');
      const series = tag.startsWith(prefix) ? part.tag(tag.slice(prefix.length)) : undefined;
      if (series !== undefined) return series;
    }
    return undefined;
  }

  #origin(): number {
    const firsts = this.#series().flatMap(({ firstWallTime }) => firstWallTime ?? []);
    return firsts.length === 0 ? 0 : Math.min(...firsts);
  }

  #series(): LogSeries[] {
    return [...this.#parts.values()].flatMap(part => part.series);
  }

  #summary(): LogSummary {
    const parts = [...this.#parts];
    const newest = (of: (series: LogSeries) => number): number | null => {
      const most = Math.max(-Infinity, ...this.#series().map(of));
      return most === -Infinity ? null : most;
    };
    return {
      run: this.#run,
      loading: this.#loading,
      tags: parts.flatMap(([name, part]) => part.tags.map(series => tagInfo(name, series))),
      newestStep: newest(series => series.newestStep),
      newestWallTime: newest(series => series.newestWallTime),
      problems: parts.flatMap(([, part]) => part.problems),
    };
  }
}

function partFolders(logdir: string): string[] {
  try {
    return readdirSync(logdir, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && isPartFolder(entry.name))
      .map(entry => entry.name)
      .sort();
  } catch {
    return [];
  }
}

function tagInfo(part: string, series: TagSeries): TagInfo {
  const { kind, count, newestStep } = series;
  const newestValue = series.kind === 'scalar' ? (series.curve.points.value.at(-1) ?? null) : null;
  return { tag: tagInRun(part, series.tag), kind, count, newestStep, newestValue };
}
