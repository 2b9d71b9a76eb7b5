/** What can be done with runs, without asking anybody: commands ask, and then call these. */

import { setTimeout as delay } from 'node:timers/promises';
import type { RunSpec, ScriptSpec } from '../protocol/run-spec.ts';
import { HIDDEN } from '../protocol/secret-values.ts';
import type { RunOverrides } from '../protocol/training-host.ts';
import { currentAttempt } from '../runs/attempt-groups.ts';
import type { Attempt } from '../runs/followed-attempt.ts';
import type { RunStore } from '../runs/run-store.ts';
import { checkpointIn } from '../restore/fresh-log-folder.ts';
import type { ModelQuestion } from './mapping-files.ts';
import type { RunList } from './run-list.ts';
import type { TrainingRun } from './training-run.ts';

interface ActionRooms {
  readonly store: Pick<RunStore, 'addRoot' | 'launch' | 'stop' | 'kill' | 'pause' | 'resume' | 'save'>;
  readonly list: Pick<RunList, 'run' | 'liveRuns'>;
}

/** A run whose end is on its way trains no longer. */
const ENDING_MS = 1500;

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

  /** The run that trains with that script now; undefined: none, or it has ended while this looked. */
  async trainingOf(script: string): Promise<TrainingRun | undefined> {
    const find = (): TrainingRun | undefined =>
      this.#rooms.list.liveRuns().find(run => currentAttempt(run)?.record.script === script);
    const patience = Date.now() + ENDING_MS;
    while (find() !== undefined && Date.now() < patience) await delay(100);
    return find();
  }

  /**
   * What starts the run once more as it was started last, so that it goes on from its newest checkpoint: a warm start
   * is not repeated where there is one.
   */
  async specToGoOn(id: string): Promise<Pick<ScriptSpec, 'cwd' | 'script' | 'overrides'>> {
    const { name, script, cwd, logdir, overrides } = this.#currentOf(id).record;
    if (script === null)
      throw new Error(`${name} was not started from a script: its program has to start it.`);
    const hidden = Object.entries(overrides.hparams ?? {}).filter(([, value]) => value === HIDDEN);
    if (hidden.length > 0) {
      const names = hidden.map(([option]) => option).join(', ');
      throw new Error(
        `${name} was started with ${names}, of which no record keeps the value: start its script with it again.`,
      );
    }
    const { restore, ...others } = overrides;
    const folder = logdir ?? others.logdir;
    const goesOn =
      restore !== undefined && folder !== undefined && (await checkpointIn(folder)) !== undefined;
    return { cwd, script, overrides: goesOn ? others : overrides };
  }

  /** Writes a restore mapping to begin with, beside the script, and resolves to its path: see mapping-files.ts. */
  async draftMapping(checkpoint: string, question: ModelQuestion): Promise<string> {
    const { draftMapping } = await import('./mapping-files.ts');
    return draftMapping(checkpoint, question);
  }

  /** The script that a mapping is for; null: it does not say. */
  async scriptOfMapping(mapping: string): Promise<string | null> {
    const { scriptOfMapping } = await import('./mapping-files.ts');
    return scriptOfMapping(mapping);
  }

  /**
   * Makes sure that a run can begin as the mapping says. Resolves to what to start its script with: in a log folder
   * that no checkpoint and no live run is in.
   */
  async prepareWarmStart(mapping: string, question: ModelQuestion): Promise<RunOverrides> {
    const { prepareWarmStart } = await import('./mapping-files.ts');
    const isTaken = (folder: string): boolean =>
      this.#rooms.list.liveRuns().some(run => run.logdir === folder);
    const logdir = await prepareWarmStart(mapping, question, isTaken);
    return { restore: mapping, ...(logdir === undefined ? {} : { logdir }) };
  }

  /** Asks the run to save and end. Resolves to whether it has ended within `graceMs`; if not, {@link kill} is left. */
  async stop(id: string, graceMs?: number): Promise<boolean> {
    return this.#rooms.store.stop(this.#currentOf(id).folder, graceMs);
  }

  /** Ends the run without saving. Resolves to whether it has ended. */
  async kill(id: string): Promise<boolean> {
    return this.#rooms.store.kill(this.#currentOf(id).folder);
  }

  async pause(id: string): Promise<void> {
    await this.#rooms.store.pause(this.#currentOf(id).folder);
  }

  async resume(id: string): Promise<void> {
    await this.#rooms.store.resume(this.#currentOf(id).folder);
  }

  /** Resolves when the checkpoint is on the disk. */
  async save(id: string): Promise<{ readonly path: string; readonly step: number }> {
    return this.#rooms.store.save(this.#currentOf(id).folder);
  }

  #currentOf(id: string): Attempt {
    const run = this.#rooms.list.run(id);
    if (run === undefined) throw new Error('That run is no longer there.');
    const attempt = currentAttempt(run);
    if (attempt === undefined)
      throw new Error(`${run.name} was started by another program: only that program can do this.`);
    return attempt;
  }
}
