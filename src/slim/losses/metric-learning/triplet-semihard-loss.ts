import * as tf from '@tensorflow/tfjs';
import { adjacency } from './adjacency.ts';
import type { MarginOptions } from './contrastive-loss.ts';
import { offDiagonal, squaredPairwiseDistance } from './pairwise-distance.ts';

/**
 * Wants each pair of one label nearer, by a margin, than the nearest negative that is farther than it ("semi-hard"), or
 * where there is none, than the farthest negative (Schroff et al., FaceNet, 2015).
 *
 * Source: `tf_slim.losses.triplet_semihard_loss`. As there, it is not added to the losses of the pass: give it to
 * `addLoss`.
 *
 * @param labels int32 [batch].
 * @param embeddings float32 [batch, dimensions], of unit length.
 * @returns A float32 scalar.
 */
export function tripletSemihardLoss(
  labels: tf.Tensor,
  embeddings: tf.Tensor2D,
  options: MarginOptions = {},
): tf.Scalar {
  const distances = squaredPairwiseDistance(embeddings);
  const same = adjacency(labels);
  const negatives = semihardNegatives(distances, same.logicalNot<tf.Tensor2D>().toFloat());
  const losses = distances.sub(negatives).add(tf.scalar(options.margin ?? 1));
  const positives = same.toFloat().mul(offDiagonal(embeddings.shape[0]));
  return losses.mul(positives).maximum(tf.scalar(0)).sum().div(positives.sum());
}

/**
 * [anchor, positive]: the distance from the anchor to the negative that is chosen for the pair. Comparisons are steps of
 * differences, for which TF.js has gradients: none.
 */
function semihardNegatives(distances: tf.Tensor2D, isNegative: tf.Tensor2D): tf.Tensor2D {
  // [anchor, positive, negative]
  const toNegative = distances.expandDims(1);
  const isFarther = toNegative.sub(distances.expandDims(2)).step().mul(isNegative.expandDims(1));
  const farthest = distances.max(1, true);
  const outside = toNegative.sub(farthest.expandDims(1)).mul(isFarther).min(2).add(farthest);
  const nearest = distances.min(1, true);
  const inside = distances.sub(nearest).mul(isNegative).max(1, true).add(nearest);
  const hasFarther = isFarther.sum<tf.Tensor2D>(2).step();
  return hasFarther.mul<tf.Tensor2D>(outside).add(tf.scalar(1).sub(hasFarther).mul(inside));
}
