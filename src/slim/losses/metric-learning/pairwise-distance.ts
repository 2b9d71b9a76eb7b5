import * as tf from '@tensorflow/tfjs';

/**
 * Squared Euclidean distances between all rows, [n, dimensions] to [n, n]; rounding makes none negative, and each row is
 * at 0 from itself.
 *
 * Source: `pairwise_distance(squared=True)` of tf_slim/losses/metric_learning.py.
 */
export function squaredPairwiseDistance(features: tf.Tensor2D): tf.Tensor2D {
  const lengths = features.square().sum<tf.Tensor2D>(1, true);
  const products = tf.matMul(features, features, false, true).mul(tf.scalar(2));
  const distances = lengths.add(lengths.transpose()).sub(products).maximum(tf.scalar(0));
  return distances.mul<tf.Tensor2D>(distances.step()).mul(offDiagonal(features.shape[0]));
}

/** Euclidean distances between all rows; where it is 0, so is its gradient. */
export function pairwiseDistance(features: tf.Tensor2D): tf.Tensor2D {
  const squared = squaredPairwiseDistance(features);
  const mask = squared.step();
  // The root's gradient at 0 is infinite: it is taken elsewhere, and masked.
  const root = squared.add(tf.scalar(1).sub(mask).mul(tf.scalar(1e-16))).sqrt();
  return root.mul<tf.Tensor2D>(mask);
}

/** 1 off the diagonal of [n, n], 0 on it. */
export function offDiagonal(n: number): tf.Tensor2D {
  return tf.ones<tf.Rank.R2>([n, n]).sub(tf.eye(n));
}
