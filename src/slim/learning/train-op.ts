import * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';
import { OutOfRangeError } from '../data/source.ts';
import type { Loss } from '../define-loss.ts';
import { IN_PLACE_UPDATE_OPS } from '../update-ops.ts';
import { slicesOf } from '../gradient-slices.ts';
import type { UpdateOp } from '../update-op.ts';
import type { GradientAndVariable, Optimizer } from '../optimizers/optimizer.ts';
import { Pass, holdTensors, runInPass } from '../pass.ts';
import { summarizeStep } from '../summaries/step-summaries.ts';
import { readGlobalStep } from '../variables/global-step.ts';
import type { SlimVariable } from '../variables/slim-variable.ts';
import { meanGradients } from './mean-gradients.ts';
import type { LossAndGradients } from './mean-gradients.ts';
import { findNonFinite, finiteProbe } from './non-finite-error.ts';

export type TransformGradients = (
  gradients: readonly GradientAndVariable[],
) => readonly GradientAndVariable[];

export interface TrainOpParts<B extends tf.TensorContainer> {
  readonly loss: Loss<B>;
  readonly optimizer: Optimizer;
  readonly variablesToTrain: readonly SlimVariable[];
  /** Counted up by each step; null: nothing is counted. */
  readonly globalStep: SlimVariable | null;
  readonly updateOps: readonly UpdateOp[];
  readonly transformGradients: TransformGradients;
  readonly summarizeGradients: boolean;
  readonly checkNumerics: boolean;
  /** Batches in a step. */
  readonly accumulateGradients: number;
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
  private readonly parts: TrainOpParts<B>;
  private stepsRun = 0;
  private summariesOfNext: SummaryValue[] | null = null;

  constructor(parts: TrainOpParts<B>) {
    this.parts = parts;
    this.loss = parts.loss;
    this.optimizer = parts.optimizer;
    this.variablesToTrain = parts.variablesToTrain;
    this.globalStep = parts.globalStep;
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
      while (batches.length < this.parts.accumulateGradients) {
        const batch = await this.loss.data.next();
        if (batch === null) throw new OutOfRangeError('The data are at their end.');
        batches.push(batch);
      }
      return this.step(batches);
    } finally {
      for (const batch of batches) tf.dispose(batch);
    }
  }

  /**
   * Computes the gradients of a batch that is looked at and not taken, and changes nothing: what is wrong with them is an
   * error before training begins.
   */
  async checkGradients(): Promise<void> {
    const batch = await this.loss.data.peek();
    if (batch === null) return;
    const held: tf.Tensor[] = [];
    try {
      tf.tidy(() => {
        const pass = new Pass(this.loss.graph, { kind: 'build', isTraining: true, step: this.stepTensor() });
        runInPass(pass, () => {
          this.parts.transformGradients(this.gradientsOf(pass, batch, held).gradients);
        });
      });
    } finally {
      tf.dispose(batch);
      tf.dispose(held);
    }
  }

  /** Has the next run compute summaries, and put them into `summaries`. */
  summarizeNextRun(summaries: SummaryValue[]): void {
    this.summariesOfNext = summaries;
  }

  private step(batches: readonly B[]): number {
    const summaries = this.summariesOfNext;
    this.summariesOfNext = null;
    const held: tf.Tensor[] = [];
    try {
      return tf.tidy(() => {
        const passes = batches.map((batch, index) => this.forwardAndBack(batch, index, summaries, held));
        return this.apply(passes);
      });
    } finally {
      tf.dispose(held);
    }
  }

  /** The pass of one batch. Summaries are those of the first. */
  private forwardAndBack(
    batch: B,
    index: number,
    summaries: SummaryValue[] | null,
    held: tf.Tensor[],
  ): { pass: Pass; computed: LossAndGradients } {
    const pass = new Pass(this.loss.graph, {
      kind: 'step',
      isTraining: true,
      step: this.randomnessStep(index),
      summaries: index === 0 ? summaries : null,
    });
    return { pass, computed: runInPass(pass, () => this.gradientsOf(pass, batch, held)) };
  }

  /**
   * Everything is computed before anything is assigned: what `checkNumerics` finds bad never reaches a variable. A step
   * traced into a graph does the same, there the values are taken over or dropped after the call.
   */
  private apply(passes: readonly { readonly pass: Pass; readonly computed: LossAndGradients }[]): number {
    const { globalStep, updateOps } = this.parts;
    const [first] = passes;
    if (first === undefined) throw new Error('A step takes at least one batch.');
    const mean = meanGradients(passes.map(({ computed }) => computed));
    const loss = runInPass(first.pass, () => this.applyGradients(first.pass, mean));
    for (const { pass } of passes) {
      if (!pass.hasUpdates && updateOps.length === 0) continue;
      runInPass(pass, () => {
        for (const update of pass.graph.collections.get(IN_PLACE_UPDATE_OPS) as UpdateOp[]) update();
        for (const update of updateOps) update();
      });
    }
    globalStep?.value.assign(globalStep.value.add(tf.scalar(1, 'int32')));
    this.stepsRun++;
    return loss;
  }

  private applyGradients(pass: Pass, { value, gradients }: LossAndGradients): number {
    const { transformGradients, optimizer, summarizeGradients } = this.parts;
    const step = this.stepTensor();
    const transformed = transformGradients(gradients);
    const loss = this.checkedLoss(value, transformed, step);
    if (pass.summaries !== null) {
      summarizeStep(pass, optimizer, step, value, summarizeGradients ? transformed : []);
    }
    for (const { variable, value: updated } of optimizer.applyGradients(transformed, step)) {
      variable.value.assign(updated);
    }
    return loss;
  }

  private gradientsOf(pass: Pass, batch: B, held: tf.Tensor[]): LossAndGradients {
    const { variablesToTrain, loss } = this.parts;
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

  /** The loss as a number; throws when it or a gradient is not finite. */
  private checkedLoss(value: tf.Scalar, gradients: readonly GradientAndVariable[], step: tf.Scalar): number {
    if (!this.parts.checkNumerics) return value.dataSync()[0] ?? NaN;
    const [loss = NaN, probe = NaN] = tf.stack([value, finiteProbe(value, gradients)]).dataSync();
    if (!Number.isFinite(probe)) {
      const error = findNonFinite(step.dataSync()[0] ?? 0, loss, gradients);
      if (error !== null) throw error;
    }
    return loss;
  }

  /** What the randomness of a step's n-th batch is seeded by. */
  private randomnessStep(index: number): tf.Scalar {
    const { accumulateGradients } = this.parts;
    const step = this.stepTensor();
    return accumulateGradients === 1
      ? step
      : step.mul(tf.scalar(accumulateGradients, 'int32')).add(tf.scalar(index, 'int32'));
  }

  /** The global step, or where none is counted, how many steps this op ran. */
  private stepTensor(): tf.Scalar {
    return this.globalStep === null
      ? tf.scalar(this.stepsRun, 'int32')
      : (this.globalStep.value.clone() as tf.Scalar);
  }

  /** The global step as a number; without one, the number of steps run. */
  currentStep(): number {
    return this.globalStep === null ? this.stepsRun : readGlobalStep(this.globalStep);
  }
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
    if (error instanceof Error && error.message.startsWith('Cannot find a connection between any variable')) {
      const names = variables.map(({ name }) => name).join(', ');
      throw new Error(`No gradients provided for any variable: the loss depends on none of ${names}.`, {
        cause: error,
      });
    }
    throw error;
  }
}
