import type * as tf from '@tensorflow/tfjs';

/** A variable's type as checkpoints and TensorFlow know it. TF.js computes `int64` as int32. */
export type VariableDType = 'float32' | 'int32' | 'int64' | 'bool';

/** The TF.js type that holds a variable's values. */
export function computeDType(dtype: VariableDType): 'float32' | 'int32' | 'bool' {
  return dtype === 'int64' ? 'int32' : dtype;
}

/**
 * Makes a variable's first value. It has to be a function of its arguments alone: the same seed gives the same values.
 * `seed` is an unsigned 32-bit integer, derived from the graph's seed and the variable's name.
 */
export interface Initializer {
  (shape: readonly number[], dtype: VariableDType, seed: number): tf.Tensor;
  /** What it is, for people: `xavier (uniform)`. */
  readonly initializerName?: string;
}

/** Penalty of a weights tensor, null for none. `regularizerName` ends the loss's name, as in `w/Regularizer/l2_regularizer`. */
export interface Regularizer {
  (weights: tf.Tensor): tf.Scalar | null;
  readonly regularizerName?: string;
}

/** A named variable of a {@link Graph}: what a checkpoint stores under `name`. Ordinary TF.js computes with `value`. */
export class SlimVariable {
  /** Full name, `conv1/weights`; no `:0` at its end. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: VariableDType;
  readonly trainable: boolean;
  readonly value: tf.Variable;

  constructor(name: string, dtype: VariableDType, trainable: boolean, value: tf.Variable) {
    this.name = name;
    this.shape = value.shape;
    this.dtype = dtype;
    this.trainable = trainable;
    this.value = value;
  }

  toString(): string {
    return `<Variable '${this.name}' shape=(${this.shape.join(', ')}) dtype=${this.dtype}>`;
  }
}
