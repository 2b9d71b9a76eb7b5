/** Reads TensorBoard's event files. */

import { HEADER_BYTES, RECORD_OVERHEAD, RecordScanner, type RecordVisitor } from '../../formats/tfrecord.ts';
import { messageOf } from '../../protocol/error-message.ts';
import type { LogProblem } from '../../protocol/series.ts';
import { EventScan } from './event-scan.ts';
import { FileTail, type ReadBuffer, type ReadProgress } from './file-tail.ts';
import type { LogReader, LogSink, OpenLog } from './log-reader.ts';

export const eventFileReader: LogReader = {
  // TensorBoard's rule (backend/event_processing/io_wrapper.py): the word is somewhere in the name.
  isLog: (_folder, entry) => !entry.isDirectory() && entry.name.includes('tfevents'),
  open: (path, sink) => new EventFile(path, sink),
};

/** Reads each record once, as soon as it is whole. */
class EventFile implements OpenLog {
  readonly #tail: FileTail;
  readonly #scanner = new RecordScanner();
  readonly #events: EventScan;
  readonly #problems: LogProblem[] = [];

  constructor(path: string, sink: LogSink) {
    this.#events = new EventScan(sink);
    const scanner = this.#scanner;
    const visitor: RecordVisitor = {
      record: (bytes, start, end, offset) => {
        this.#readEvent(bytes, start, end, offset);
      },
      gap: ({ offset, bytes, message }) => {
        this.#problems.push(this.#problem(offset, bytes, message));
      },
    };
    this.#tail = new FileTail(path, {
      get offset() {
        return scanner.offset;
      },
      get needed() {
        return scanner.needed;
      },
      take: (bytes, length) => {
        scanner.scan(bytes, 0, length, visitor);
      },
    });
  }

  get path(): string {
    return this.#tail.path;
  }

  get changes(): number {
    return this.#tail.changes;
  }

  get due(): number {
    return this.#tail.due;
  }

  /** The newest damage is perhaps still growing. */
  get problems(): readonly LogProblem[] {
    const { openGap } = this.#scanner;
    const { size, unreadable } = this.#tail;
    return [
      ...this.#problems,
      ...(openGap === undefined
        ? []
        : [this.#problem(openGap.offset, size - openGap.offset, openGap.message)]),
      ...(unreadable === undefined ? [] : [this.#problem(0, 0, unreadable)]),
    ];
  }

  hint(): void {
    this.#tail.hint();
  }

  read(buffer: ReadBuffer): ReadProgress {
    return this.#tail.read(buffer);
  }

  /** A record that is sound and yet no event is damage like any other. */
  #readEvent(bytes: Uint8Array, start: number, end: number, offset: number): void {
    try {
      this.#events.read(bytes, start, end, offset + HEADER_BYTES);
    } catch (error) {
      const message = messageOf(error);
      this.#problems.push(this.#problem(offset, end - start + RECORD_OVERHEAD, message));
    }
  }

  #problem(offset: number, bytes: number, message: string): LogProblem {
    return { file: this.path, offset, bytes, message };
  }
}
