import type * as tf from '@tensorflow/tfjs';
import type { GradientSlices } from '../gradient-slices.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

export interface GradientAndVariable {
  /** null: the loss does not depend on the variable. The variable is left as it is. */
  readonly gradient: tf.Tensor | null;
  readonly variable: SlimVariable;
  /** Of a sparse gradient, the rows it belongs to; `gradient` is their sum, and zero elsewhere. Absent: dense. */
  readonly slices?: GradientSlices | undefined;
}

/** A variable and what it becomes. */
export interface VariableUpdate {
  readonly variable: SlimVariable;
  readonly value: tf.Tensor;
}

/** A learning rate or another hyperparameter: fixed, or a pure function of the global step (int32 scalar) in TF.js ops. */
export type HyperParameter = number | ((globalStep: tf.Scalar) => tf.Scalar);

/**
 * TensorFlow 1's optimizers, keyed by variable name. An optimizer holds no tensors of its own: all its state is in
 * variables of the graph, under TensorFlow's names (`conv1/weights/Momentum`, `beta1_power`). What a second optimizer has
 * beside those of the first is numbered (`conv1/weights/Momentum_1`, `beta1_power_1`), in the order of the train ops.
 */
export interface Optimizer {
  /** TensorFlow's name of it: `Momentum`. */
  readonly name: string;

  /**
   * Makes the slots of these variables in the current graph, or finds those that it has made there. Called by
   * `createTrainOp`, once, with the variables that the loss has gradients for.
   */
  createSlots(variables: readonly SlimVariable[]): void;

  /**
   * What each variable and slot becomes. Pure: TF.js ops of the arguments and of the variables' values, nothing is
   * assigned. Entries without a gradient change nothing. `globalStep` is an int32 scalar, the value before the step.
   */
  applyGradients(
    gradientsAndVariables: readonly GradientAndVariable[],
    globalStep: tf.Scalar,
  ): readonly VariableUpdate[];

  /** The learning rate of a step, for its summary. */
  learningRate(globalStep: tf.Scalar): tf.Scalar;
}
