/** What reads one kind of log: event files, or those of another logger. `log-readers.ts` has the list of them. */

import type { Dirent } from 'node:fs';
import type { LogProblem, TagKind } from '../../protocol/series.ts';
import type { BlobTag, CurveTag, TagSeries } from '../series/tag-series.ts';
import type { ReadBuffer, ReadProgress } from './file-tail.ts';

export interface LogReader {
  /**
   * Whether that file or folder is a log of this kind: by its name, or by its first bytes where a name says nothing.
   * Asked of all that is in a folder each time it is listed, so it has to be quick. Never throws.
   */
  isLog(folder: string, entry: Dirent): boolean;
  /** What is read goes into the sink. Nothing is read yet, and a log that cannot be opened is one of its problems. */
  open(path: string, sink: LogSink): OpenLog;
}

/** A log that is followed: read on from where reading ended, as it grows. */
export interface OpenLog {
  readonly path: string;
  /** Counts up when there may be new points, blobs or problems. */
  readonly changes: number;
  /** When it is to be looked at next, in milliseconds since 1970. */
  readonly due: number;
  /** Damage so far, and what keeps it from being read. */
  readonly problems: readonly LogProblem[];
  /** Somebody saw it change: it is to be looked at now. */
  hint(): void;
  /** Reads at most one buffer of what is new. Never throws: what is wrong becomes one of the {@link problems}. */
  read(buffer: ReadBuffer): ReadProgress;
}

/** Takes what is read in one log, in the log's order. Of a blob it keeps the place only, not the bytes. */
export interface LogSink {
  /** What there is of a tag; the kind and the TensorBoard plugin ('' where there is none) are those of its first value. */
  tag(name: string, kind: TagKind, plugin: string): TagSeries;
  /** The same, of a name that is `utf8[start, end)`: most names are found without being decoded. */
  tagAt(utf8: Uint8Array, start: number, end: number, kind: TagKind, plugin: string): TagSeries;
  /** @param wallTime seconds since 1970 */
  scalar(tag: CurveTag, step: number, wallTime: number, value: number): void;
  /** A value that is no number lies at `offset` of the log's file and has `length` bytes. */
  blob(tag: BlobTag, step: number, wallTime: number, offset: number, length: number): void;
  /** A process says that it starts at that step. */
  attempt(step: number, wallTime: number): void;
}
