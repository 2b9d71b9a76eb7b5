import * as tf from '@tensorflow/tfjs';

export interface MarginOptions {
  /** How far apart unlike embeddings should be. Default 1. */
  readonly margin?: number;
}

/**
 * Draws pairs of one label together, and others apart up to a margin (Hadsell et al., 2006).
 *
 * Source: `tf_slim.losses.contrastive_loss`. As there, it is not added to the losses of the pass: give it to `addLoss`.
 *
 * @param labels [batch]: 1 for a pair of one label, 0 for another.
 * @param embeddingsAnchor float32 [batch, dimensions], of unit length.
 * @param embeddingsPositive The shape of `embeddingsAnchor`.
 * @returns A float32 scalar.
 */
export function contrastiveLoss(
  labels: tf.Tensor,
  embeddingsAnchor: tf.Tensor2D,
  embeddingsPositive: tf.Tensor2D,
  options: MarginOptions = {},
): tf.Scalar {
  const same = labels.toFloat().flatten();
  const distances = embeddingsAnchor.squaredDifference(embeddingsPositive).sum(1).sqrt();
  const gap = tf
    .scalar(options.margin ?? 1)
    .sub(distances)
    .maximum(tf.scalar(0));
  const [near, far] = [same.mul(distances.square()), tf.scalar(1).sub(same).mul(gap.square())];
  return near.add(far).mean();
}
