import type * as tf from '@tensorflow/tfjs';
import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';
import type { Source } from '../data/source.ts';
import { log } from '../log.ts';
import { positionEntries, readPosition } from './data-position.ts';
import type { LogFolder } from './log-folder.ts';
import { EMPTY_LOOP_STATE, loopStateEntries, readLoopState } from './loop-state.ts';
import type { LoopState } from './loop-state.ts';
import type { Saver } from './saver.ts';
import type { SummaryWriter } from './summary-writer.ts';
import type { TrainOp } from './train-op.ts';
import { trainOpsWith } from './graph-train-ops.ts';

/** The checkpoints of a run: what it goes on from, and what it saves. */
export class RunCheckpoints<B extends tf.TensorContainer> {
  readonly #trainOp: TrainOp<B>;
  readonly #folder: LogFolder;
  readonly #saver: Saver;
  readonly #writer: SummaryWriter | null;
  readonly #onSave: (checkpoint: { step: number; path: string }) => void;
  /** What the loop itself has to remember, beside variables and data. */
  loopState: LoopState = EMPTY_LOOP_STATE;
  #newest: { readonly step: number; readonly path: string } | null = null;

  constructor(
    trainOp: TrainOp<B>,
    folder: LogFolder,
    saver: Saver,
    writer: SummaryWriter | null,
    onSave: (checkpoint: { step: number; path: string }) => void,
  ) {
    this.#trainOp = trainOp;
    this.#folder = folder;
    this.#saver = saver;
    this.#writer = writer;
    this.#onSave = onSave;
  }

  /** Goes on from the newest sound checkpoint: variables, data position, state of the loop. False when there is none. */
  async resume(): Promise<boolean> {
    const path = await this.#folder.newestCheckpoint();
    if (path === null) return false;
    log(`Restoring parameters from ${path}`);
    await this.#saver.restore(path);
    await this.#saver.recover(this.#folder.path);
    const checkpoint = await openCheckpoint(path);
    try {
      await this.#seekSources(checkpoint);
      const state = await readLoopState(checkpoint);
      this.loopState = this.#takeStepsRun(state);
    } finally {
      await checkpoint.close();
    }
    this.#newest = { step: this.#trainOp.currentStep(), path };
    return true;
  }

  /** Those of all train ops: the run's own first, and none twice. */
  get #sources(): readonly Pick<Source, 'position' | 'seek'>[] {
    return [...new Set(trainOpsWith(this.#trainOp).map(({ loss }) => loss.data))];
  }

  async #seekSources(checkpoint: Checkpoint): Promise<void> {
    for (const [index, source] of this.#sources.entries()) {
      const position = await readPosition(checkpoint, index);
      if (position !== null) await source.seek(position);
      else if (index === 0) log('The checkpoint does not say where the data stood: they begin anew.');
      else log(`The checkpoint does not say where the data of train op ${index + 1} stood: they begin anew.`);
    }
  }

  /** Gives the train ops that count no global step how many steps they took. Returns the rest of the state. */
  #takeStepsRun(state: LoopState): LoopState {
    const rest = { ...state };
    for (const [index, trainOp] of trainOpsWith(this.#trainOp).entries()) {
      const name = stepsRunOf(index);
      trainOp.stepsRun = rest[name] ?? trainOp.stepsRun;
      Reflect.deleteProperty(rest, name);
    }
    return rest;
  }

  #stepsRun(): LoopState {
    const counting = trainOpsWith(this.#trainOp).flatMap(({ globalStep, stepsRun }, index) =>
      globalStep === null ? [[stepsRunOf(index), stepsRun] as const] : [],
    );
    return Object.fromEntries(counting);
  }

  /** Saves, unless this step's checkpoint is there already. Returns its path prefix. */
  async saveIfNew(): Promise<string> {
    const step = this.#trainOp.currentStep();
    return this.#newest?.step === step ? this.#newest.path : this.#save();
  }

  /** Path prefixes of checkpoints that are not to be deleted. */
  preserve(prefixes: readonly string[]): Promise<void> {
    return this.#saver.preserve(prefixes);
  }

  async #save(): Promise<string> {
    await this.#folder.checkOwned();
    const step = this.#trainOp.currentStep();
    log(`Saving checkpoint to path ${this.#folder.checkpointPath}`);
    const beside = new Map<string, TensorValue>([
      ...this.#sources.flatMap((source, index) => positionEntries(index, source.position())),
      ...loopStateEntries({ ...this.loopState, ...this.#stepsRun() }),
    ]);
    const path = await this.#saver.save(this.#folder.checkpointPath, step, beside);
    this.#newest = { step, path };
    this.#writer?.addSessionLog('checkpoint', step, this.#folder.checkpointPath);
    this.#onSave({ step, path });
    return path;
  }
}

/** The name, in the state of the loop, of how many steps a train op took. */
function stepsRunOf(trainOp: number): string {
  return `steps_run_${trainOp}`;
}
