import * as tf from '@tensorflow/tfjs';
import { uniformValues } from './random-values.ts';

/** What TensorFlow gives a variable without an initializer: uniform in ±sqrt(6 / (fan in + fan out)). */
export function glorotUniform(shape: readonly number[], _dtype: string, seed: number): tf.Tensor {
  const { fanIn, fanOut } = fans(shape);
  const limit = Math.sqrt(6 / Math.max(1, fanIn + fanOut));
  const count = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(uniformValues(count, seed, -limit, limit), [...shape]);
}

/** Inputs and outputs of one unit of a layer with weights of this shape: `_compute_fans` in tensorflow/python/ops/init_ops.py. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [first = 1] = shape;
  if (shape.length < 2) return { fanIn: first, fanOut: first };
  const receptiveField = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  return { fanIn: inputs * receptiveField, fanOut: outputs * receptiveField };
}
