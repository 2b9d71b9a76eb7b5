/** Writes an event file that TensorBoard reads (core/util/events_writer.cc). */

import { closeSync, fdatasync as fdatasyncCallback, openSync, write as writeCallback } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorOf, messageOf } from '../protocol/error-message.ts';
import { encodeEvent, type Event } from './event.ts';
import { makeFolderSync } from './make-folder.ts';
import { encodeRecord } from './tfrecord.ts';

const write = promisify(writeCallback);
const fdatasync = promisify(fdatasyncCallback);

const FILE_VERSION = 'brain.Event:2';

/** How long an event may wait in memory. Short, so that whoever follows the run sees it at once. */
const FLUSH_DELAY_MS = 50;

/** When the disk refuses this much, the writer no longer takes events. */
const MAX_PENDING_BYTES = 256 * 2 ** 20;

export interface EventFileWriterOptions {
  /** Goes to the end of the file name, as tf.compat.v1.summary.FileWriter has it. Default: none. */
  readonly filenameSuffix?: string;
}

/**
 * Appends events to a new file `events.out.tfevents.SECONDS.HOST` of a log folder, which is made when it is not there.
 * Events are buffered and written in the background, soon after they were added. Writing goes on where the last whole
 * write ended, so that a disk that was full for a while costs nothing and leaves no broken record in the middle.
 */
export class EventFileWriter {
  readonly path: string;
  readonly #descriptor: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #position = 0;
  /** The writes so far, one after the other; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @throws Error naming the path when the folder or the file cannot be made. */
  constructor(logdir: string, options: EventFileWriterOptions = {}) {
    const now = Date.now() / 1000;
    try {
      makeFolderSync(logdir);
      ({ path: this.path, descriptor: this.#descriptor } = createEventFile(
        logdir,
        now,
        options.filenameSuffix ?? '',
      ));
    } catch (error) {
      throw new Error(`No event file can be written in ${logdir}: ${messageOf(error)}.`, { cause: error });
    }
    this.add({ wallTime: now, step: 0, fileVersion: FILE_VERSION });
  }

  /** @throws Error when the writer is closed, or when so much could not be written that memory would run out. */
  add(event: Event): void {
    this.addRecord(encodeRecord(encodeEvent(event)));
  }

  /** As {@link add}, of an event that is encoded already, as a record. */
  addRecord(record: Uint8Array): void {
    if (this.#closed) throw new Error(`The event file ${this.path} is closed: nothing can be added.`);
    if (this.#pendingBytes > MAX_PENDING_BYTES)
      throw this.#error(this.#failure ?? new Error('too many events are waiting'));
    this.#pending.push(record);
    this.#pendingBytes += record.length;
    this.#timer ??= setTimeout(() => {
      void this.#enqueueWrite();
    }, FLUSH_DELAY_MS).unref();
  }

  /** @param wallTime seconds since 1970; default: now. */
  addScalar(tag: string, value: number, step: number, wallTime = Date.now() / 1000): void {
    this.add({ wallTime, step, summary: [{ tag, simpleValue: value }] });
  }

  /** Resolves when everything added so far is in the file. Rejects, naming the path, when it could not be written. */
  async flush(): Promise<void> {
    await this.#enqueueWrite();
    if (this.#failure !== undefined) throw this.#error(this.#failure);
  }

  /** Flushes, asks the disk to keep it, and closes the file. Closing again does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.flush();
      await fdatasync(this.#descriptor);
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #enqueueWrite(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writePending());
    return this.#writing;
  }

  async #writePending(): Promise<void> {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [bytes];
    try {
      let written = 0;
      while (written < bytes.length) {
        const result = await write(
          this.#descriptor,
          bytes,
          written,
          bytes.length - written,
          this.#position + written,
        );
        written += result.bytesWritten;
      }
      this.#position += bytes.length;
      this.#pendingBytes -= bytes.length;
      this.#pending.shift();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = errorOf(error);
    }
  }

  #error(cause: Error): Error {
    return new Error(`Events could not be written to ${this.path}: ${cause.message}.`, { cause });
  }
}

/** Two writers that start in the same second get different files: the later one counts its seconds up. */
function createEventFile(logdir: string, now: number, suffix: string): { path: string; descriptor: number } {
  for (let seconds = Math.floor(now); ; seconds++) {
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}.${hostname()}${suffix}`;
    const path = join(logdir, name);
    try {
      return { path, descriptor: openSync(path, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
