import * as tf from '@tensorflow/tfjs';

/** Whether a value is a tensor, a variable included; also one of another copy of TF.js. */
export function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}
