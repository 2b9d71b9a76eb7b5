/** One attempt as it is now: by its control socket while it lives, by its `run.json` otherwise. */

import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { ControlQuestion, ControlRequests } from '../protocol/control.ts';
import { isLive, type RunRecord, type RunState } from '../protocol/run.ts';
import { isControlAddress } from './control-address.ts';
import { ControlClient } from './control-client.ts';
import { isAlive } from './process-identity.ts';
import { recordPath } from './run-folder.ts';
import { checkSentRecord, readRunRecord, type RunRecordReading } from './run-record.ts';

export interface Attempt {
  /** Its run folder: `console.log` is in it. */
  readonly folder: string;
  readonly record: RunRecord;
  /** The record's, or `lost` when the record says that it lives and its process does not. */
  readonly state: RunState;
  /** What to know of a record that a newer version wrote, or of a run that says what is not understood here. */
  readonly note?: string;
}

/** A trainer renews its record at least every 15 seconds: one on another machine that has not is gone. */
const REMOTE_SILENCE_MS = 120_000;

export class FollowedAttempt {
  readonly folder: string;
  readonly #mayConnect: () => boolean;
  readonly #onChange: () => void;
  readonly #onProgress: (attempt: Attempt) => void;
  #seen: Attempt | { readonly problem: string } | undefined;
  #client: ControlClient | undefined;
  #isAttached = false;
  /** What was wrong with the last that the socket told; undefined: nothing. */
  #misheard: string | undefined;
  #refreshing: Promise<void> | undefined;
  #disposed = false;

  /** @param mayConnect whether its control socket may be used; asked each time it is looked at */
  constructor(
    folder: string,
    mayConnect: () => boolean,
    onChange: () => void,
    onProgress: (attempt: Attempt) => void,
  ) {
    this.folder = folder;
    this.#mayConnect = mayConnect;
    this.#onChange = onChange;
    this.#onProgress = onProgress;
  }

  get attempt(): Attempt | undefined {
    return this.#seen !== undefined && 'record' in this.#seen ? this.#seen : undefined;
  }

  get problem(): string | undefined {
    return this.#seen !== undefined && 'problem' in this.#seen ? this.#seen.problem : undefined;
  }

  /** True while it is known only by its record and may have died. */
  get isUnattended(): boolean {
    return !this.#isAttached && this.attempt !== undefined && isLive(this.attempt.state);
  }

  /** Reads the record again, unless the socket tells more than it. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  request<M extends ControlQuestion>(method: M, timeoutMs: number): Promise<ControlRequests[M]['result']> {
    if (this.#client === undefined)
      return Promise.reject(new Error(`The run has no control socket for ${method}.`));
    return this.#client.request(method, timeoutMs);
  }

  dispose(): void {
    this.#disposed = true;
    this.#detach();
  }

  async #refresh(): Promise<void> {
    if (this.#isAttached) return;
    const seen = await readAttempt(this.folder);
    // What the socket said meanwhile is newer.
    if (this.#isDisposed() || this.#isAttachedNow()) return;
    this.#see(seen);
  }

  #see(seen: Attempt | { readonly problem: string }): void {
    const live = 'record' in seen && isLive(seen.state) ? seen.record : undefined;
    if (live?.control === undefined || !this.#mayConnect() || !isControlAddress(live.control)) this.#detach();
    else this.#attach(live.control);
    const noted = 'record' in seen && this.#misheard !== undefined ? { note: this.#misheard, ...seen } : seen;
    if (isDeepStrictEqual(noted, this.#seen)) return;
    this.#seen = noted;
    this.#onChange();
  }

  /** A record as the run sent it. */
  #hear(sent: unknown): void {
    const reading = checkSentRecord(sent, this.folder);
    if ('problem' in reading) {
      this.#mishear(reading.problem);
      return;
    }
    this.#misheard = undefined;
    this.#isAttached = isLive(reading.record.state);
    this.#see(toAttempt(this.folder, reading));
  }

  /** It takes nothing away of what is known. From now on `run.json` is read, until the socket tells better. */
  #mishear(problem: string): void {
    const isNew = this.#misheard !== problem;
    this.#misheard = problem;
    this.#isAttached = false;
    if (isNew) void this.refresh();
  }

  #attach(address: string): void {
    if (this.#client !== undefined) return;
    const client = new ControlClient(address);
    this.#client = client;
    client.onConnected(() => {
      client.request('run/status').then(
        record => {
          if (this.#client === client) this.#hear(record);
        },
        () => undefined, // it ended at that moment, which onDisconnected says
      );
    });
    client.onRecord(record => {
      this.#hear(record);
    });
    client.onProblem(problem => {
      this.#mishear(problem);
    });
    client.onProgress(progress => {
      if (this.attempt === undefined) return;
      const seen = { ...this.attempt, record: { ...this.attempt.record, progress } };
      this.#seen = seen;
      this.#onProgress(seen);
    });
    client.onDisconnected(() => {
      this.#isAttached = false;
      void this.refresh();
    });
  }

  #detach(): void {
    this.#client?.dispose();
    this.#client = undefined;
    this.#isAttached = false;
    this.#misheard = undefined;
  }

  #isDisposed(): boolean {
    return this.#disposed;
  }

  #isAttachedNow(): boolean {
    return this.#isAttached;
  }
}

async function readAttempt(folder: string): Promise<Attempt | { readonly problem: string }> {
  const reading = await readRunRecord(recordPath(folder));
  if (!('record' in reading) || !isLive(reading.record.state)) return toAttempt(folder, reading);
  if (await stillLives(folder, reading.record)) return toAttempt(folder, reading);
  // It may have ended between the two looks, and said how.
  const last = toAttempt(folder, await readRunRecord(recordPath(folder)));
  return 'record' in last && isLive(last.state) ? { ...last, state: 'lost' } : last;
}

function toAttempt(folder: string, reading: RunRecordReading): Attempt | { readonly problem: string } {
  return 'problem' in reading ? reading : { folder, state: reading.record.state, ...reading };
}

async function stillLives(folder: string, record: RunRecord): Promise<boolean> {
  if (record.host === hostname()) return isAlive(record);
  const renewed = await stat(recordPath(folder)).catch(() => undefined);
  return renewed !== undefined && Date.now() - renewed.mtimeMs < REMOTE_SILENCE_MS;
}
