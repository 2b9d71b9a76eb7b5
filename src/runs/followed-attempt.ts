/** One attempt as it is now: by its control socket while it lives, by its `run.json` otherwise. */

import { isDeepStrictEqual } from 'node:util';
import type { ControlQuestion, ControlRequests } from '../protocol/control.ts';
import { isLive, type RunRecord, type RunState } from '../protocol/run.ts';
import { isControlAddress } from './control-address.ts';
import { ControlClient } from './control-client.ts';
import { strangerWords, type Launchers } from './launchers/launchers.ts';
import { isInsideFolder } from './inside-folder.ts';
import { recordPath, rootOf } from './run-folder.ts';
import { checkSentRecord, readRunRecord, type RunRecordReading } from './run-record.ts';

export interface Attempt {
  /** Its run folder: `console.log` is in it. */
  readonly folder: string;
  readonly record: RunRecord;
  /**
   * It was launched from here, or its control socket has answered. Otherwise there is only a record, which anybody can
   * have written.
   */
  readonly wasReached: boolean;
  /** The record's, or `lost` when the record says that it lives and its launcher says that it does not. */
  readonly state: RunState;
  /**
   * What to know of a record that a newer version wrote, of a run that says what is not understood here, of one whose
   * launcher is not known here, and of one whose log folder is not read.
   */
  readonly note?: string;
}

export interface AttemptRooms {
  readonly launchers: Launchers;
  /**
   * Whether its control socket may be used, and its log folder be anywhere; asked each time it is looked at. Where not,
   * its record may be anybody's.
   */
  readonly mayAct: () => boolean;
  readonly onChange: () => void;
  readonly onProgress: (attempt: Attempt) => void;
}

export class FollowedAttempt {
  readonly folder: string;
  readonly #rooms: AttemptRooms;
  #seen: Attempt | { readonly problem: string } | undefined;
  #client: ControlClient | undefined;
  #isAttached = false;
  #wasReached: boolean;
  /** What was wrong with the last that the socket told; undefined: nothing. */
  #misheard: string | undefined;
  #refreshing: Promise<void> | undefined;
  #disposed = false;

  /** @param wasLaunched it was launched from here */
  constructor(folder: string, wasLaunched: boolean, rooms: AttemptRooms) {
    this.folder = folder;
    this.#wasReached = wasLaunched;
    this.#rooms = rooms;
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
    const seen = await this.#read();
    // What the socket said meanwhile is newer.
    if (this.#isDisposed() || this.#isAttachedNow()) return;
    this.#see(seen);
  }

  async #read(): Promise<Attempt | { readonly problem: string }> {
    const attempt = await this.#readRecord();
    if (!('record' in attempt) || !isLive(attempt.state) || (await this.#stillLives(attempt))) return attempt;
    // It may have ended between the two looks, and said how.
    const last = await this.#readRecord();
    return 'record' in last && isLive(last.state) ? { ...last, state: 'lost' } : last;
  }

  async #readRecord(): Promise<Attempt | { readonly problem: string }> {
    const attempt = this.#toAttempt(await readRunRecord(recordPath(this.folder)));
    return 'record' in attempt && !this.#rooms.mayAct() ? withoutFarLogdir(attempt) : attempt;
  }

  async #stillLives(attempt: Attempt): Promise<boolean> {
    const launcher = this.#rooms.launchers.of(attempt.record);
    return launcher?.isAlive(attempt).catch(() => true) ?? true;
  }

  #toAttempt(reading: RunRecordReading): Attempt | { readonly problem: string } {
    if ('problem' in reading) return reading;
    const { record, note } = reading;
    const launcher = this.#rooms.launchers.of(record);
    const missing = launcher?.missing(record) ?? [];
    if (missing.length > 0) {
      const what = `${missing.join(', ')}, by which the launcher ${record.launcher} knows its runs`;
      return {
        problem: `${recordPath(this.folder)} is damaged: ${what}. Delete its folder to forget the run.`,
      };
    }
    const notes = [note ?? [], launcher === undefined ? `The run was ${strangerWords(record)}.` : []].flat();
    const said = notes.length === 0 ? {} : { note: notes.join(' ') };
    return { folder: this.folder, record, wasReached: this.#wasReached, state: record.state, ...said };
  }

  #see(seen: Attempt | { readonly problem: string }): void {
    const live = 'record' in seen && isLive(seen.state) ? seen.record : undefined;
    if (live?.control === undefined || !this.#rooms.mayAct() || !isControlAddress(live.control))
      this.#detach();
    else this.#attach(live.control);
    const noted = 'record' in seen && this.#misheard !== undefined ? { note: this.#misheard, ...seen } : seen;
    if (isDeepStrictEqual(noted, this.#seen)) return;
    this.#seen = noted;
    this.#rooms.onChange();
  }

  /** A record as the run sent it. */
  #hear(sent: unknown): void {
    this.#wasReached = true;
    const heard = this.#toAttempt(checkSentRecord(sent, this.folder));
    if ('problem' in heard) {
      this.#mishear(heard.problem);
      return;
    }
    this.#misheard = undefined;
    this.#isAttached = isLive(heard.state);
    this.#see(heard);
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
      this.#rooms.onProgress(seen);
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

/** A log folder is read, and watched: whose record may be anybody's is not believed to have one in `/etc`. */
async function withoutFarLogdir(attempt: Attempt): Promise<Attempt> {
  const { folder, record, note } = attempt;
  const { logdir: overridden, ...overrides } = record.overrides;
  const logdirs = [record.logdir ?? [], overridden ?? []].flat();
  const root = rootOf(folder);
  const near = await Promise.all(logdirs.map(logdir => isInsideFolder(root, logdir)));
  const far = logdirs.find((_, index) => near[index] === false);
  if (far === undefined) return attempt;
  const why = `Its log folder ${far} is not read: it is outside of ${root}, which is not trusted.`;
  return {
    ...attempt,
    record: { ...record, logdir: null, overrides },
    note: note === undefined ? why : `${note} ${why}`,
  };
}
