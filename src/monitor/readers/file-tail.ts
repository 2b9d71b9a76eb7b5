/** Follows one file that may be growing: hands on what is new in it, and says when it is to be looked at again. */

import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { messageOf } from '../../protocol/error-message.ts';

/** Shared by all files of a thread: between two reads nothing is kept in it. */
export class ReadBuffer {
  #bytes = new Uint8Array(1 << 20);

  /** Grows for a piece that is larger; the file is known to have as many bytes. */
  atLeast(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    return this.#bytes;
  }
}

/**
 * more: there is more to read at once. end: all that is there was read. changed: the file was truncated, replaced or
 * deleted, so that what was read of it holds no more.
 */
export type ReadProgress = 'more' | 'end' | 'changed';

/** Takes a file's bytes piece by piece. */
export interface ByteTaker {
  /** Where the next bytes belong: with everything before it is done. */
  readonly offset: number;
  /** With fewer bytes from there on it could do nothing. */
  readonly needed: number;
  /** Takes `bytes[0, length)`, which are the file's from {@link offset} on. */
  take(bytes: Uint8Array, length: number): void;
}

/** How long a file that grew last so long ago may go without being looked at. */
const PACES: readonly { readonly grewWithinMs: number; readonly pollMs: number }[] = [
  { grewWithinMs: 10_000, pollMs: 50 },
  { grewWithinMs: 60_000, pollMs: 250 },
  { grewWithinMs: Infinity, pollMs: 2000 },
];

const UNREADABLE_POLL_MS = 2000;

export class FileTail {
  readonly path: string;
  readonly #taker: ByteTaker;
  /** Device and inode, to see that another file took the name. */
  #identity = '';
  #size = 0;
  #due = 0;
  #changes = 0;
  #unreadable: string | undefined;

  constructor(path: string, taker: ByteTaker) {
    this.path = path;
    this.#taker = taker;
  }

  /** Counts up when bytes were handed on, and when it can or cannot be read any more. */
  get changes(): number {
    return this.#changes;
  }

  /** When it is to be looked at next, in milliseconds since 1970. */
  get due(): number {
    return this.#due;
  }

  /** In bytes, as it was looked at last. */
  get size(): number {
    return this.#size;
  }

  /** What keeps the file from being read at all: permissions, an I/O error. */
  get unreadable(): string | undefined {
    return this.#unreadable;
  }

  /** Somebody saw it change: it is to be looked at now. */
  hint(): void {
    this.#due = 0;
  }

  /** Hands on at most one buffer of what is new. */
  read(buffer: ReadBuffer): ReadProgress {
    let stat: Stats | undefined;
    try {
      stat = statSync(this.path, { throwIfNoEntry: false });
      if (stat === undefined || !this.#isSameFile(stat)) return 'changed';
      this.#size = stat.size;
      if (this.#hasMore) this.#handOn(buffer);
      this.#setUnreadable(undefined);
    } catch (error) {
      this.#setUnreadable(messageOf(error));
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
    return this.#size - this.#taker.offset >= this.#taker.needed;
  }

  #handOn(buffer: ReadBuffer): void {
    const bytes = buffer.atLeast(this.#taker.needed);
    const descriptor = openSync(this.path, 'r');
    let length: number;
    try {
      length = readSync(descriptor, bytes, 0, bytes.length, this.#taker.offset);
    } finally {
      closeSync(descriptor);
    }
    this.#changes++;
    this.#taker.take(bytes, length);
  }
}
