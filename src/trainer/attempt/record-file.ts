/** The one writer of an attempt's `run.json`. */

import { messageOf } from '../../protocol/error-message.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { writeRunRecord, writeRunRecordSync } from '../../runs/run-record.ts';

export class RecordFile {
  readonly #path: string;
  readonly #onProblem: (message: string) => void;
  #writing: Promise<void> | undefined;
  #next: RunRecord | undefined;
  #isClosed = false;
  #isReplaced = false;
  #hasProblem = false;
  #writtenAt = Number.NEGATIVE_INFINITY;

  /** `onProblem` is told once in a row of failures. */
  constructor(path: string, onProblem: (message: string) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
  }

  /** When the last write began, in milliseconds of `performance.now()`. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** Written at once, or, when a write is under way, after it: then only the newest. */
  write(record: RunRecord): void {
    if (this.#isClosed) return;
    this.#next = record;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** The last write. */
  async close(record: RunRecord): Promise<void> {
    this.write(record);
    this.#isClosed = true;
    await this.#writing;
  }

  /** The last write of a process that is ending. A write under way does not replace it any more. */
  closeSync(record: RunRecord): void {
    this.#isClosed = true;
    this.#next = undefined;
    this.#isReplaced = true;
    writeRunRecordSync(this.#path, record);
  }

  async #writeAll(): Promise<void> {
    for (let record = this.#takeNext(); record !== undefined; record = this.#takeNext()) {
      this.#writtenAt = performance.now();
      try {
        await writeRunRecord(this.#path, record, () => !this.#isReplaced);
        this.#hasProblem = false;
      } catch (error) {
        if (!this.#hasProblem) this.#onProblem(`${this.#path} cannot be written: ${messageOf(error)}`);
        this.#hasProblem = true;
      }
    }
  }

  #takeNext(): RunRecord | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
