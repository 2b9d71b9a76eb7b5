import type * as tf from '@tensorflow/tfjs';

/** Which pairs of a batch have one label: bool [n, n]. Labels are [n], or [n, 1]. */
export function adjacency(labels: tf.Tensor): tf.Tensor2D {
  const column = labels.reshape<tf.Tensor2D>([-1, 1]);
  return column.equal(column.transpose());
}
