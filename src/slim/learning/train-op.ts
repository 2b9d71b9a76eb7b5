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
    const batch = await this.loss.data.next();
    if (batch === null) throw new OutOfRangeError('The data are at their end.');
    try {
      return this.step(batch);
    } finally {
      tf.dispose(batch);
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

  private step(batch: B): number {
    const { graph } = this.loss;
    const summaries = this.summariesOfNext;
    this.summariesOfNext = null;
    const held: tf.Tensor[] = [];
    try {
      return tf.tidy(() => {
        const step = this.stepTensor();
        const pass = new Pass(graph, { kind: 'step', isTraining: true, step, summaries });
        return runInPass(pass, () => this.stepInPass(pass, batch, held));
      });
    } finally {
      tf.dispose(held);
    }
  }

  /**
   * Everything is computed before anything is assigned: what `checkNumerics` finds bad never reaches a variable. A step
   * traced into a graph does the same, there the values are taken over or dropped after the call.
   */
  private stepInPass(pass: Pass, batch: B, held: tf.Tensor[]): number {
    const { transformGradients, optimizer, globalStep } = this.parts;
    const { value, gradients } = this.gradientsOf(pass, batch, held);
    const transformed = transformGradients(gradients);
    const loss = this.checkedLoss(value, transformed, pass.step);
    if (pass.summaries !== null) {
      summarizeStep(pass.summaries, pass, optimizer, value, this.parts.summarizeGradients ? transformed : []);
    }
    for (const { variable, value: updated } of optimizer.applyGradients(transformed, pass.step)) {
      variable.value.assign(updated);
    }
    for (const update of pass.graph.collections.get(IN_PLACE_UPDATE_OPS) as UpdateOp[]) update();
    for (const update of this.parts.updateOps) update();
    globalStep?.value.assign(globalStep.value.add(tf.scalar(1, 'int32')));
    this.stepsRun++;
    return loss;
  }

  private gradientsOf(
    pass: Pass,
    batch: B,
    held: tf.Tensor[],
  ): { value: tf.Scalar; gradients: GradientAndVariable[] } {
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

  /** The global step, or where none is counted, how many steps this op ran: what randomness is seeded by. */
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
