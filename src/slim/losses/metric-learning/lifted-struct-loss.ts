import * as tf from '@tensorflow/tfjs';
import { adjacency } from './adjacency.ts';
import type { MarginOptions } from './contrastive-loss.ts';
import { offDiagonal, pairwiseDistance } from './pairwise-distance.ts';

/**
 * Weighs each pair of one label against all negatives of both its members (Song et al., Lifted Structured Feature
 * Embedding, 2016).
 *
 * Source: `tf_slim.losses.lifted_struct_loss`. As there, it is not added to the losses of the pass: give it to `addLoss`.
 *
 * @param labels int32 [batch].
 * @param embeddings float32 [batch, dimensions], not of unit length.
 * @returns A float32 scalar.
 */
export function liftedStructLoss(
  labels: tf.Tensor,
  embeddings: tf.Tensor2D,
  options: MarginOptions = {},
): tf.Scalar {
  const distances = pairwiseDistance(embeddings);
  const same = adjacency(labels);
  const gaps = distances.neg<tf.Tensor2D>().add<tf.Tensor2D>(tf.scalar(options.margin ?? 1));
  const losses = againstNegatives(gaps, same.logicalNot<tf.Tensor2D>().toFloat()).add(distances);
  const positives = same.toFloat().mul(offDiagonal(embeddings.shape[0]));
  const squares = losses.mul(positives).maximum(tf.scalar(0)).square().sum();
  // Each pair is counted twice, and half the square of each is wanted.
  return squares.mul(tf.scalar(0.25)).div(positives.sum().div(tf.scalar(2)));
}

/** [i, j]: log of the sum, over the negatives of i and of j, of exp(gap); the greatest gap is taken out of the exp. */
function againstNegatives(gaps: tf.Tensor2D, isNegative: tf.Tensor2D): tf.Tensor {
  const least = gaps.min(1, true);
  const greatest = gaps.sub(least).mul(isNegative).max(1, true).add(least);
  // Broadcast by hand: the gradient of tf.maximum does not.
  const rows = greatest.broadcastTo<tf.Rank.R2>(gaps.shape);
  const shift = rows.maximum<tf.Tensor2D>(rows.transpose());
  const ofSecond = gaps.expandDims(0).sub(shift.expandDims(2)).exp().mul(isNegative.expandDims(0)).sum(2);
  return shift.add(ofSecond.add(ofSecond.transpose()).log());
}
