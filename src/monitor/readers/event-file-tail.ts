/** Follows one event file that may be growing: reads each record once, as soon as it is whole. */

import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { RecordScanner, type RecordVisitor } from '../../formats/tfrecord.ts';
import type { LogProblem } from '../../protocol/series.ts';

/** Shared by all files of a thread: between two reads nothing is kept in it. */
export class ReadBuffer {
  #bytes = new Uint8Array(1 << 20);

  /** Grows for a record that is larger; the file is known to have as many bytes. */
  atLeast(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    return this.#bytes;
  }
}

/**
 * more: there is more to read at once. end: all that is there was read. changed: the file was truncated, replaced or
 * deleted, so that what was read of it holds no more.
 */
export type TailProgress = 'more' | 'end' | 'changed';

/** How long a file that grew last so long ago may go without being looked at. */
const PACES: readonly { readonly grewWithinMs: number; readonly pollMs: number }[] = [
  { grewWithinMs: 10_000, pollMs: 50 },
  { grewWithinMs: 60_000, pollMs: 250 },
  { grewWithinMs: Infinity, pollMs: 2000 },
];

const UNREADABLE_POLL_MS = 2000;

export class EventFileTail {
  readonly path: string;
  readonly #scanner = new RecordScanner();
  /** Device and inode, to see that another file took the name. */
  #identity = '';
  #size = 0;
  #due = 0;
  readonly #problems: LogProblem[] = [];
  #changes = 0;
  /** What keeps the file from being read at all: permissions, an I/O error. */
  #unreadable: string | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Counts up when there may be new records or problems. */
  get changes(): number {
    return this.#changes;
  }

  /** When it is to be looked at next, in milliseconds since 1970. */
  get due(): number {
    return this.#due;
  }

  /** Somebody saw it change: it is to be looked at now. */
  hint(): void {
    this.#due = 0;
  }

  /** Damage so far, the newest perhaps still growing. */
  get problems(): readonly LogProblem[] {
    const { openGap } = this.#scanner;
    const problems = [...this.#problems];
    if (openGap !== undefined) {
      problems.push(this.#problem(openGap.offset, this.#size - openGap.offset, openGap.message));
    }
    if (this.#unreadable !== undefined) problems.push(this.#problem(0, 0, this.#unreadable));
    return problems;
  }

  /** What a visitor found wrong with a record. */
  addProblem(offset: number, bytes: number, message: string): void {
    this.#problems.push(this.#problem(offset, bytes, message));
  }

  /** Reads at most one buffer of new records. */
  read(buffer: ReadBuffer, visit: RecordVisitor['record']): TailProgress {
    let stat: Stats | undefined;
    try {
      stat = statSync(this.path, { throwIfNoEntry: false });
      if (stat === undefined || !this.#isSameFile(stat)) return 'changed';
      this.#size = stat.size;
      if (this.#hasMore) this.#readRecords(buffer, visit);
      this.#setUnreadable(undefined);
    } catch (error) {
      this.#setUnreadable(error instanceof Error ? error.message : String(error));
      this.#due = Date.now() + UNREADABLE_POLL_MS;
      return 'end';
    }
    if (this.#hasMore) return 'more';
    const age = Date.now() - stat.mtimeMs;
    this.#due = Date.now() + (PACES.find(({ grewWithinMs }) => age < grewWithinMs)?.pollMs ?? 0);
    return 'end';
  }

  #isSameFile(stat: Stats): boolean {
    const identity = `${stat.dev}:${stat.ino}`;
    if (this.#identity === '') this.#identity = identity;
    return identity === this.#identity && stat.size >= this.#size;
  }

  #setUnreadable(reason: string | undefined): void {
    if (reason !== this.#unreadable) this.#changes++;
    this.#unreadable = reason;
  }

  get #hasMore(): boolean {
    return this.#size - this.#scanner.offset >= this.#scanner.needed;
  }

  #readRecords(buffer: ReadBuffer, visit: RecordVisitor['record']): void {
    const bytes = buffer.atLeast(this.#scanner.needed);
    const descriptor = openSync(this.path, 'r');
    let length: number;
    try {
      length = readSync(descriptor, bytes, 0, bytes.length, this.#scanner.offset);
    } finally {
      closeSync(descriptor);
    }
    this.#changes++;
    this.#scanner.scan(bytes, 0, length, {
      record: visit,
      gap: gap => {
        this.addProblem(gap.offset, gap.bytes, gap.message);
      },
    });
  }

  #problem(offset: number, bytes: number, message: string): LogProblem {
    return { file: this.path, offset, bytes, message };
  }
}
