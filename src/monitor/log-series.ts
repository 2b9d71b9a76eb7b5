/** All that one reader has read in one folder: its tags, in the order of the folder's files. */

import type { TagKind } from '../protocol/series.ts';
import type { LogSink } from './readers/log-reader.ts';
import { BlobTag, CurveTag, type TagSeries } from './series/tag-series.ts';
import { TagTable } from './series/tag-table.ts';

const TEXT = new TextDecoder();
const UTF8 = new TextEncoder();

export class LogSeries {
  readonly tags = new TagTable<TagSeries>();
  /** That blobs lie in, in the order in which they are read. */
  readonly files: string[] = [];
  /** Wall time of the first point of any curve; undefined before there is one. */
  firstWallTime: number | undefined;
  newestStep = -Infinity;
  newestWallTime = -Infinity;

  /** For what is read in the next file. */
  sink(file: string): LogSink {
    return new FileSink(this, this.files.push(file) - 1);
  }
}

class FileSink implements LogSink {
  readonly #series: LogSeries;
  /** Position of the file in the order of names. */
  readonly #file: number;

  constructor(series: LogSeries, file: number) {
    this.#series = series;
    this.#file = file;
  }

  tag(name: string, kind: TagKind, plugin: string): TagSeries {
    const { tags } = this.#series;
    return tags.get(name) ?? tags.add(UTF8.encode(name), newTag(name, kind, plugin));
  }

  tagAt(utf8: Uint8Array, start: number, end: number, kind: TagKind, plugin: string): TagSeries {
    const { tags } = this.#series;
    const known = tags.at(utf8, start, end);
    if (known !== undefined) return known;
    const name = utf8.subarray(start, end);
    return tags.add(name, newTag(TEXT.decode(name), kind, plugin));
  }

  scalar(tag: CurveTag, step: number, wallTime: number, value: number): void {
    tag.curve.append(this.#file, step, wallTime, value);
    if (Number.isFinite(wallTime)) this.#series.firstWallTime ??= wallTime;
    this.#count(tag, step, wallTime);
  }

  blob(tag: BlobTag, step: number, wallTime: number, offset: number, length: number): void {
    tag.blobs.append(step, wallTime, this.#file, offset, length);
    this.#count(tag, step, wallTime);
  }

  attempt(step: number, wallTime: number): void {
    for (const tag of this.#series.tags.values()) {
      if (tag.kind === 'scalar') tag.curve.startAttempt(this.#file, step, wallTime);
    }
  }

  #count(tag: TagSeries, step: number, wallTime: number): void {
    const series = this.#series;
    tag.add(step, wallTime);
    series.newestStep = Math.max(series.newestStep, step);
    series.newestWallTime = Math.max(series.newestWallTime, wallTime);
  }
}

function newTag(name: string, kind: TagKind, plugin: string): TagSeries {
  return kind === 'scalar' ? new CurveTag(name, plugin) : new BlobTag(name, kind, plugin);
}
