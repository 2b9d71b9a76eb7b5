/** A checkpoint that is looked at: the thread that reads it, what it has read, and what it is compared with. */

import { basename, dirname } from 'node:path';
import { readBestCheckpoints } from '../formats/best-checkpoints-file.ts';
import { stepOf } from '../formats/bundle-file-names.ts';
import { RepeatedLook } from '../monitor/repeated-look.ts';
import type {
  CheckpointRequests,
  FromCheckpointWorker,
  ToCheckpointWorker,
} from '../protocol/checkpoint-worker.ts';
import type {
  CheckpointHeader,
  CheckpointListing,
  Comparison,
  ComparisonChoice,
  VariableChange,
  VariableId,
  VariableReport,
} from '../protocol/checkpoint.ts';
import { messageOf } from '../protocol/error-message.ts';
import { SupervisedThread } from '../threads/supervised-thread.ts';
import { CheckpointChoices, runNameOf } from './checkpoint-choices.ts';
import { checkpointName, checkpointPath, stateOfCheckpoint } from './checkpoint-files.ts';
import type { RunList } from './run-list.ts';

export interface OpenCheckpointRooms {
  /** The bundled worker.ts of monitor/checkpoints. */
  readonly workerPath: string;
  readonly list: Promise<Pick<RunList, 'runs'>>;
  readonly log: { warn(message: string): void };
}

export interface OpenCheckpointEvents {
  /** Everything before is void: the file has been opened, perhaps again, or cannot be. */
  opened(): void;
  reported(variable: VariableId, report: VariableReport): void;
  changed(variable: VariableId, change: VariableChange): void;
  /** It is compared with another one from now on, or with none, or with the same as before. */
  compared(): void;
  /** Something happened to the file since it was opened; null: nothing any more. */
  noticed(notice: string | null): void;
  /** While nobody sees it, it is not looked whether the file has changed. */
  isSeen(): boolean;
}

/** How often it is looked whether the file is still the one that was opened. */
const LOOK_MS = 1000;
const SETTLE_MS = 50;

/** What is known of the file as it was opened last. */
export interface CheckpointContent {
  readonly listing: CheckpointListing;
  readonly header: CheckpointHeader;
  readonly reports: ReadonlyMap<VariableId, VariableReport>;
  readonly changes: ReadonlyMap<VariableId, VariableChange>;
  readonly comparison: Comparison | undefined;
}

/** One opening of the file; what comes of an earlier one is void. */
interface Opening {
  readonly reports: Map<VariableId, VariableReport>;
  readonly changes: Map<VariableId, VariableChange>;
}

export class OpenCheckpoint {
  readonly #file: string;
  readonly #rooms: OpenCheckpointRooms;
  readonly #events: OpenCheckpointEvents;
  readonly #choices = new CheckpointChoices();
  readonly #looking: RepeatedLook;
  readonly #thread: SupervisedThread<CheckpointRequests, ToCheckpointWorker, FromCheckpointWorker>;
  #state: CheckpointContent | { readonly failure: string } | undefined;
  /** Of the files that were opened. */
  #signature: string | undefined;
  /** Of the files as they were looked at last. */
  #lastSignature: string | undefined;
  #notice: string | null = null;
  #opening: Opening = { reports: new Map(), changes: new Map() };
  #opened: Promise<void>;

  /** @param file any file of the checkpoint. */
  constructor(file: string, rooms: OpenCheckpointRooms, events: OpenCheckpointEvents) {
    this.#file = file;
    this.#rooms = rooms;
    this.#events = events;
    this.#thread = new SupervisedThread(
      rooms.workerPath,
      { name: 'slim-training checkpoint', does: 'reads the checkpoint' },
      {
        news: message => {
          this.#receive(message);
        },
        died: ({ message }) => {
          rooms.log.warn(message);
        },
        again: () => {
          this.#opened = this.#open();
        },
        gaveUp: ({ message }) => {
          this.#begin();
          this.#settle({ failure: `${file} cannot be read. ${message}` });
        },
      },
    );
    this.#opened = this.#open();
    this.#looking = new RepeatedLook(() => this.#look(), SETTLE_MS, LOOK_MS);
  }

  /** Undefined: it is being opened for the first time. */
  get state(): CheckpointContent | { readonly failure: string } | undefined {
    return this.#state;
  }

  get content(): CheckpointContent | undefined {
    return this.#state === undefined || 'failure' in this.#state ? undefined : this.#state;
  }

  get notice(): string | null {
    return this.#notice;
  }

  /** When it has been opened, or could not be. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** Rejects with what is wrong with the file, and when the thread ends before it has answered. */
  ask<T extends keyof CheckpointRequests>(
    type: T,
    ask: CheckpointRequests[T]['ask'],
  ): Promise<CheckpointRequests[T]['answer']> {
    if (this.content === undefined) return Promise.reject(new Error('The checkpoint is not open.'));
    return this.#thread.ask(type, ask);
  }

  /** In which order, and how much, it is to be read. */
  tell(message: ToCheckpointWorker): void {
    if (this.content !== undefined) this.#thread.tell(message);
  }

  /** It is seen again: it is looked now whether the file has changed. */
  look(): void {
    this.#looking.hint();
  }

  /** Opens the file again. Letting go of its thread ends whatever that does. */
  async reopen(): Promise<void> {
    this.#thread.restart();
    await this.#opened;
  }

  /** What it can be compared with: what it is compared with now is among them. */
  async choices(): Promise<readonly ComparisonChoice[]> {
    const list = await this.#rooms.list;
    const choices = await this.#choices.around(this.#file, checkpointPath(this.#file), list);
    const compared = this.content?.comparison;
    const isListed = compared === undefined || choices.some(({ id }) => id === compared.id);
    return isListed ? choices : [compared, ...choices];
  }

  /** @param path anything that can be opened as a checkpoint. */
  async compareWithPath(path: string): Promise<void> {
    await this.#opened;
    await this.compareWith(this.#choices.choice(path, await this.#rooms.list).id);
  }

  /** @param choice an id of {@link choices}; null: with none. */
  async compareWith(choice: string | null): Promise<void> {
    const content = this.content;
    if (content === undefined) return;
    const { changes } = this.#opening;
    try {
      const path = choice === null ? null : this.#choices.pathOf(choice);
      if (path === undefined) throw new Error('That checkpoint is no longer there.');
      const removed = await this.#thread.ask('compare', { path });
      changes.clear();
      const comparison =
        path === null ? undefined : { ...this.#choices.choice(path, await this.#rooms.list), removed };
      if (this.#opening.changes === changes) this.#state = { ...content, comparison };
    } finally {
      this.#events.compared();
    }
  }

  dispose(): void {
    this.#looking.dispose();
    this.#begin();
    this.#thread.dispose();
  }

  #receive(message: FromCheckpointWorker): void {
    const { reports, changes } = this.#opening;
    if (message.type === 'report') {
      reports.set(message.variable, message.report);
      this.#events.reported(message.variable, message.report);
    } else {
      changes.set(message.variable, message.change);
      this.#events.changed(message.variable, message.change);
    }
  }

  /** What is under way of the opening before is void. */
  #begin(): Opening {
    return (this.#opening = { reports: new Map(), changes: new Map() });
  }

  #settle(state: CheckpointContent | { readonly failure: string }): void {
    this.#state = state;
    this.#events.opened();
  }

  async #open(): Promise<void> {
    const opening = this.#begin();
    const path = checkpointPath(this.#file);
    const comparedWith = this.content?.comparison;
    const state = await stateOfCheckpoint(this.#file);
    if (opening !== this.#opening) return;
    this.#signature = state?.signature;
    this.#lastSignature = state?.signature;
    try {
      const [listing, header] = await Promise.all([
        this.#thread.ask('open', { path }),
        this.#headerOf(path, state ?? { bytes: 0, saved: null }),
      ]);
      if (opening !== this.#opening) return;
      this.#settle({ listing, header, ...opening, comparison: undefined });
    } catch (error) {
      if (opening === this.#opening) this.#settle({ failure: messageOf(error) });
      return;
    }
    if (comparedWith === undefined) return;
    // What it was compared with may be gone by now.
    await this.compareWith(comparedWith.id).catch((error: unknown) => {
      this.#rooms.log.warn(messageOf(error));
    });
  }

  async #headerOf(
    path: string,
    { bytes, saved }: { readonly bytes: number; readonly saved: number | null },
  ): Promise<CheckpointHeader> {
    const [list, best] = await Promise.all([this.#rooms.list, readBestCheckpoints(dirname(path))]);
    return {
      name: checkpointName(path),
      run: runNameOf(path, list),
      best: best?.checkpoints[0]?.name === basename(path),
      step: stepOf(path) ?? null,
      saved,
      bytes,
    };
  }

  /** A new save over the file is read as soon as it is whole; of what was deleted, all that was read stays. */
  async #look(): Promise<void> {
    if (!this.#events.isSeen()) return;
    const signature = (await stateOfCheckpoint(this.#file))?.signature;
    const isSettled = signature === this.#lastSignature;
    this.#lastSignature = signature;
    if (signature === undefined) {
      if (this.#signature !== undefined)
        this.#say(`${this.#file} was deleted. What has been read of it is still shown.`);
      return;
    }
    this.#say(null);
    if (signature !== this.#signature && isSettled) await this.reopen();
  }

  #say(notice: string | null): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#events.noticed(notice);
  }
}
