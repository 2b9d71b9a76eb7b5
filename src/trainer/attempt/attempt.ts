/** The attempt that this process is: its record, kept on disk and told to whoever listens. */

import { Emitter, type Event } from 'vscode-jsonrpc/node';
import type { RunProgress, RunRecord, RunState } from '../../protocol/run.ts';
import { withoutSecrets } from '../../protocol/secret-values.ts';
import { recordPath } from '../../runs/run-folder.ts';
import { writeRunRecord } from '../../runs/run-record.ts';
import { RecordFile } from './record-file.ts';

const PROGRESS_WRITE_MS = 1000;
/** Readers on other machines take a record that is long not renewed for that of a dead process. */
const RENEW_MS = 15_000;

export type AttemptEnd = Required<Pick<RunRecord, 'exitCode'>> &
  Pick<RunRecord, 'failure'> & { readonly state: RunState & ('done' | 'stopped' | 'failed') };

export class Attempt {
  readonly folder: string;
  readonly #file: RecordFile;
  readonly #change = new Emitter<RunRecord>();
  readonly #progress = new Emitter<RunProgress>();
  readonly #renewal: NodeJS.Timeout;
  #record: RunRecord;
  #hasEnded = false;
  #isClosed = false;

  private constructor(folder: string, record: RunRecord, file: RecordFile) {
    this.folder = folder;
    this.#record = record;
    this.#file = file;
    this.#renewal = setInterval(() => {
      this.#file.write(this.#record);
    }, RENEW_MS);
    this.#renewal.unref();
  }

  /**
   * Keeps and tells no values that have names of secrets. Rejects when the record cannot be written at all. Later,
   * `onProblem` is told once and training goes on without its record.
   */
  static async begin(
    folder: string,
    record: RunRecord,
    onProblem: (message: string) => void,
  ): Promise<Attempt> {
    const kept = withoutSecrets(record);
    await writeRunRecord(recordPath(folder), kept, () => true);
    return new Attempt(folder, kept, new RecordFile(recordPath(folder), onProblem));
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** It has ended, and its record on the disk says so. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Anything but progress. */
  get onDidChange(): Event<RunRecord> {
    return this.#change.event;
  }

  get onDidProgress(): Event<RunProgress> {
    return this.#progress.event;
  }

  update(change: Partial<RunRecord>): void {
    if (this.#hasEnded) return;
    this.#record = { ...this.#record, ...withoutSecrets(change) };
    this.#file.write(this.#record);
    this.#change.fire(this.#record);
  }

  progress(progress: RunProgress): void {
    if (this.#hasEnded) return;
    this.#record = { ...this.#record, progress };
    if (performance.now() - this.#file.writtenAt >= PROGRESS_WRITE_MS) this.#file.write(this.#record);
    this.#progress.fire(progress);
  }

  /** Resolves when the record is on the disk. Nothing changes it after that. */
  async end(end: AttemptEnd): Promise<void> {
    this.#setEnd(end);
    await this.#file.close(this.#record);
    this.#isClosed = true;
    this.#change.fire(this.#record);
  }

  /** For a process that is ending already. */
  endSync(end: AttemptEnd): void {
    this.#setEnd(end);
    this.#file.closeSync(this.#record);
    this.#isClosed = true;
  }

  #setEnd(end: AttemptEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#renewal);
    this.#record = { ...this.#record, ...end, endedAt: Date.now() };
  }
}
