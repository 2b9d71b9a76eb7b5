import * as tf from '@tensorflow/tfjs';
import type { ReadOutput, StepRunner, StepRunnerSettings } from '../../backends/graph/step-runner.ts';
import { liveValue } from '../../backends/graph/live-value.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { OutOfRangeError } from '../data/source.ts';
import type { Loss } from '../define-loss.ts';
import { IN_PLACE_UPDATE_OPS } from '../scope/update-ops.ts';
import { slicesOf } from '../gradient-slices.ts';
import { trainingStepRunner } from '../graph-mode.ts';
import { isPure } from '../scope/update-op.ts';
import type { UpdateOp } from '../scope/update-op.ts';
import type { GradientAndVariable, Optimizer } from '../optimizers/optimizer.ts';
import { Pass } from '../scope/pass.ts';
import { holdTensors, runInPass } from '../scope/running-pass.ts';
import { summarizeStep } from '../summaries/step-summaries.ts';
import type { SummaryMaker, SummaryRequest } from '../scope/summary-request.ts';
import { readGlobalStep } from '../variables/global-step.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { meanGradients } from './mean-gradients.ts';
import type { LossAndGradients } from './mean-gradients.ts';
import { findNonFinite, finiteProbes } from './non-finite-error.ts';
import { checkNotStopped, noGradientThrough, watchStoppedGradients } from './stopped-gradients.ts';

export type TransformGradients = (
  gradients: readonly GradientAndVariable[],
) => readonly GradientAndVariable[];

export interface TrainOpParts<B extends tf.TensorContainer> {
  readonly loss: Loss<B>;
  readonly optimizer: Optimizer;
  readonly variablesToTrain: readonly SlimVariable[];
  /** null: nothing is counted. */
  readonly globalStep: SlimVariable | null;
  /** Whether each step counts it up. */
  readonly incrementGlobalStep: boolean;
  readonly updateOps: readonly UpdateOp[];
  readonly transformGradients: TransformGradients;
  readonly summarizeGradients: boolean;
  readonly checkNumerics: boolean;
  /** Batches in a step. */
  readonly accumulateGradients: number;
  /** Why its steps cannot run as graphs; null: nothing is known. */
  readonly graphObstacle: string | null;
}

/**
 * One gradient step: what `createTrainOp` makes and `train` runs. Each run takes a batch, computes the loss and its
 * gradients, applies them, runs the update ops, counts the global step and gives the loss before the update.
 */
export class TrainOp<B extends tf.TensorContainer = tf.TensorContainer> {
  readonly loss: Loss<B>;
  readonly optimizer: Optimizer;
  readonly variablesToTrain: readonly SlimVariable[];
  readonly globalStep: SlimVariable | null;
  readonly #parts: TrainOpParts<B>;
  readonly #runner: StepRunner<readonly SummaryMaker[]>;
  /** Update ops that are part of the step, and those that may do anything: they are run after it. */
  readonly #pureUpdateOps: readonly UpdateOp[];
  readonly #otherUpdateOps: readonly UpdateOp[];
  #stepsRun = 0;
  #summariesOfNext: SummaryValue[] | null = null;

  constructor(parts: TrainOpParts<B>) {
    this.#parts = parts;
    this.#runner = trainingStepRunner(parts.graphObstacle);
    this.loss = parts.loss;
    this.optimizer = parts.optimizer;
    this.variablesToTrain = parts.variablesToTrain;
    this.globalStep = parts.globalStep;
    this.#pureUpdateOps = parts.updateOps.filter(isPure);
    this.#otherUpdateOps = parts.updateOps.filter(op => !isPure(op));
  }

  /**
   * Takes the next batch and makes one step with it.
   *
   * @returns The total loss before the step's update.
   * @throws OutOfRangeError when the data are at their end, NonFiniteError when `checkNumerics` found a NaN or infinity;
   * in both cases nothing was changed.
   */
  async run(): Promise<number> {
    const batches: B[] = [];
    try {
      while (batches.length < this.#parts.accumulateGradients) {
        const batch = await this.loss.data.next();
        if (batch === null) throw new OutOfRangeError('The data are at their end.');
        batches.push(batch);
      }
      return this.#step(batches);
    } finally {
      for (const batch of batches) tf.dispose(batch);
    }
  }

  /**
   * Computes the gradients of a batch that is looked at and not taken, and changes nothing: what is wrong with them is an
   * error before training begins.
   *
   * @returns The variables that there are gradients for: all, where there is no batch.
   */
  async checkGradients(): Promise<readonly SlimVariable[]> {
    const batch = await this.loss.data.peek();
    if (batch === null) return this.variablesToTrain;
    const held: tf.Tensor[] = [];
    const trained: SlimVariable[] = [];
    try {
      tf.tidy(() => {
        const pass = new Pass({ kind: 'build', isTraining: true, step: this.#stepTensor() });
        this.#inPass(pass, () => {
          const { result, stoppedAt } = watchStoppedGradients(() => this.#gradientsOf(pass, batch, held));
          const { gradients } = result;
          checkNotStopped(gradients, stoppedAt);
          for (const { gradient, variable } of this.#parts.transformGradients(gradients)) {
            if (gradient !== null) trained.push(variable);
          }
        });
      });
      if (trained.length === 0) {
        throw new Error('No gradients provided for any variable: what transforms the gradients leaves none.');
      }
      return trained;
    } finally {
      tf.dispose(batch);
      tf.dispose(held);
    }
  }

  /** Whether steps may become graphs, and how often these are verified. */
  setGraphMode(settings: StepRunnerSettings): void {
    this.#runner.settings = settings;
  }

  /** Has the next run compute summaries, and put them into `summaries`. */
  summarizeNextRun(summaries: SummaryValue[]): void {
    this.#summariesOfNext = summaries;
  }

  /** What it gives is the same in eager and in graph mode. */
  #step(batches: readonly B[]): number {
    const summaries = this.#summariesOfNext;
    this.#summariesOfNext = null;
    const { payload, outputs } = this.#runner.run({
      batch: batches as B[] & tf.TensorContainerArray,
      variant: summaries === null ? '' : 'with summaries',
      eager: read => this.#runEagerly(batches, summaries === null ? null : [], read),
      isGuarded: this.#parts.checkNumerics,
    });
    if (this.#otherUpdateOps.length > 0) this.#runOtherUpdateOps();
    this.#stepsRun++;
    const [report, ...summarized] = outputs;
    payload.forEach((make, index) => summaries?.push(...make(summarized[index] ?? NO_VALUES)));
    return report?.[0] ?? NaN;
  }

  /** @returns what makes summaries of the values read after the first */
  #runEagerly(
    batches: readonly B[],
    summaries: SummaryRequest[] | null,
    read: ReadOutput,
  ): readonly SummaryMaker[] {
    const held: tf.Tensor[] = [];
    try {
      tf.tidy(() => {
        const passes = batches.map((batch, index) => this.#forwardAndBack(batch, index, summaries, held));
        this.#apply(passes, read);
        for (const { tensor } of summaries ?? []) read(tensor);
      });
    } finally {
      tf.dispose(held);
    }
    return (summaries ?? []).map(({ make }) => make);
  }

  /** The pass of one batch. Summaries are those of the first. */
  #forwardAndBack(
    batch: B,
    index: number,
    summaries: SummaryRequest[] | null,
    held: tf.Tensor[],
  ): { pass: Pass; computed: LossAndGradients } {
    const pass = new Pass({
      kind: 'step',
      isTraining: true,
      step: this.#randomnessStep(index),
      summaries: index === 0 ? summaries : null,
    });
    return { pass, computed: this.#inPass(pass, () => this.#gradientsOf(pass, batch, held)) };
  }

  /**
   * Everything is computed before anything is assigned: what `checkNumerics` finds bad never reaches a variable. Of a step
   * that is a graph, the values are taken over or dropped after the call.
   */
  #apply(
    passes: readonly { readonly pass: Pass; readonly computed: LossAndGradients }[],
    read: ReadOutput,
  ): void {
    const [first] = passes;
    if (first === undefined) throw new Error('A step takes at least one batch.');
    const mean = meanGradients(passes.map(({ computed }) => computed));
    this.#inPass(first.pass, () => {
      this.#applyGradients(first.pass, mean, read);
    });
    for (const { pass } of passes) {
      if (!pass.hasUpdates && this.#pureUpdateOps.length === 0) continue;
      this.#inPass(pass, () => {
        for (const update of this.loss.graph.collections.get(IN_PLACE_UPDATE_OPS) as UpdateOp[]) update();
        for (const update of this.#pureUpdateOps) update();
      });
    }
    if (this.#otherUpdateOps.length === 0) this.#countStep();
  }

  /** Functions of the user's from outside of the model. What they do besides assigning variables, nobody can record. */
  #runOtherUpdateOps(): void {
    tf.tidy(() => {
      for (let batch = 0; batch < this.#parts.accumulateGradients; batch++) {
        const step = this.#randomnessStep(batch);
        this.#inPass(new Pass({ kind: 'step', isTraining: true, step }), () => {
          for (const update of this.#otherUpdateOps) update();
        });
      }
      this.#countStep();
    });
  }

  #inPass<T>(pass: Pass, fn: () => T): T {
    return runInPass(this.loss.graph, pass, fn);
  }

  #countStep(): void {
    if (!this.#parts.incrementGlobalStep) return;
    this.globalStep?.value.assign(this.globalStep.value.add(tf.scalar(1, 'int32')));
  }

  #applyGradients(pass: Pass, { value, gradients }: LossAndGradients, read: ReadOutput): void {
    const { transformGradients, optimizer, summarizeGradients } = this.#parts;
    const step = this.#stepTensor();
    const transformed = transformGradients(gradients);
    this.#checkLoss(value, transformed, step, read);
    if (pass.summaries !== null) {
      summarizeStep(pass, optimizer, step, value, summarizeGradients ? transformed : []);
    }
    for (const { variable, value: updated } of optimizer.applyGradients(transformed, step)) {
      variable.value.assign(updated);
    }
  }

  #gradientsOf(pass: Pass, batch: B, held: tf.Tensor[]): LossAndGradients {
    const { variablesToTrain, loss } = this.#parts;
    const forward = (): tf.Scalar => {
      const total = loss.compute(batch);
      if (pass.kind === 'step' && (pass.hasUpdates || pass.summaries !== null)) held.push(...holdTensors());
      return total;
    };
    const values = variablesToTrain.map(variable => variable.value);
    const { value, grads } = gradientsOrNone(forward, values, variablesToTrain);
    const gradients = variablesToTrain.map(variable => ({
      variable,
      gradient: grads[variable.value.name] ?? null,
      slices: slicesOf(pass, variable, held),
    }));
    return { value, gradients };
  }

  /** Reads the loss, and with `checkNumerics` whether all is finite; throws when something is not. */
  #checkLoss(
    value: tf.Scalar,
    gradients: readonly GradientAndVariable[],
    step: tf.Scalar,
    read: ReadOutput,
  ): void {
    if (!this.#parts.checkNumerics) {
      read(value);
      return;
    }
    const report = read(tf.stack(finiteProbes(value, gradients)));
    if (isAllFinite(report)) return;
    const [loss = NaN] = report;
    const error = findNonFinite(step.dataSync()[0] ?? 0, loss, gradients);
    if (error !== null) throw error;
  }

  /** What the randomness of a step's n-th batch is seeded by. */
  #randomnessStep(index: number): tf.Scalar {
    const { accumulateGradients } = this.#parts;
    const step = this.#stepTensor();
    return accumulateGradients === 1
      ? step
      : step.mul(tf.scalar(accumulateGradients, 'int32')).add(tf.scalar(index, 'int32'));
  }

  /** The global step, or where none is counted, how many steps this op ran. */
  #stepTensor(): tf.Scalar {
    return this.globalStep === null
      ? liveValue(() => tf.scalar(this.#stepsRun, 'int32'))
      : (this.globalStep.value.clone() as tf.Scalar);
  }

  /** How many steps this op ran, in the starts before this one as well: where no global step is counted, it stands for it. */
  get stepsRun(): number {
    return this.#stepsRun;
  }

  set stepsRun(steps: number) {
    this.#stepsRun = steps;
  }

  /** The global step as a number; without one, the number of steps run. */
  currentStep(): number {
    return this.globalStep === null ? this.#stepsRun : readGlobalStep(this.globalStep);
  }
}

const NO_VALUES = new Float32Array();

function isAllFinite(values: ReturnType<ReadOutput>): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

/** `tf.variableGrads`, with an error that names the variables when the loss depends on none. */
function gradientsOrNone(
  forward: () => tf.Scalar,
  values: tf.Variable[],
  variables: readonly SlimVariable[],
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  try {
    return tf.variableGrads(forward, values);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const names = variables.map(({ name }) => name);
    if (error.message.startsWith('Cannot find a connection between any variable')) {
      throw new Error(
        `No gradients provided for any variable: the loss depends on none of ${names.join(', ')}.`,
        { cause: error },
      );
    }
    const operation = /^Cannot compute gradient: gradient function not found for (\w+)/.exec(
      error.message,
    )?.[1];
    throw operation === undefined ? error : noGradientThrough(operation, names, error);
  }
}
