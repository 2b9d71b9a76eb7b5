/** What can be done with runs, without asking anybody: commands ask, and then call these. */

import type { RunSpec } from '../protocol/run-spec.ts';
import { currentAttempt } from '../runs/attempt-groups.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { RunList } from './run-list.ts';
import type { TrainingRun } from './training-run.ts';

interface ActionRooms {
  readonly store: Pick<RunStore, 'addRoot' | 'launch' | 'stop' | 'kill' | 'pause' | 'resume' | 'save'>;
  readonly list: Pick<RunList, 'run'>;
}

/** Runs have the ids that the list gives them; what is done is done to the attempt that the list shows of them. */
export class RunActions {
  readonly #rooms: ActionRooms;

  constructor(rooms: ActionRooms) {
    this.#rooms = rooms;
  }

  /**
   * Starts what was specified, and shows it from now on, whether or not its folder is one of the workspace's. Rejects
   * with why it has not begun.
   */
  async start(spec: RunSpec): Promise<TrainingRun> {
    const { store, list } = this.#rooms;
    await store.addRoot(spec.cwd);
    const { record, folder } = await store.launch(spec);
    const run = list.run(record.id);
    if (run === undefined) throw new Error(`The run in ${folder} has gone as soon as it was there.`);
    return run;
  }

  /** Asks the run to save and end. Resolves to whether it has ended within `graceMs`; if not, {@link kill} is left. */
  async stop(id: string, graceMs?: number): Promise<boolean> {
    return this.#rooms.store.stop(this.#folderOf(id), graceMs);
  }

  /** Ends the run without saving. Resolves to whether it has ended. */
  async kill(id: string): Promise<boolean> {
    return this.#rooms.store.kill(this.#folderOf(id));
  }

  async pause(id: string): Promise<void> {
    await this.#rooms.store.pause(this.#folderOf(id));
  }

  async resume(id: string): Promise<void> {
    await this.#rooms.store.resume(this.#folderOf(id));
  }

  /** Resolves when the checkpoint is on the disk. */
  async save(id: string): Promise<{ readonly path: string; readonly step: number }> {
    return this.#rooms.store.save(this.#folderOf(id));
  }

  #folderOf(id: string): string {
    const run = this.#rooms.list.run(id);
    if (run === undefined) throw new Error('That run is no longer there.');
    const folder = currentAttempt(run)?.folder;
    if (folder === undefined)
      throw new Error(`${run.name} was started by another program: only that program can do this.`);
    return folder;
  }
}
