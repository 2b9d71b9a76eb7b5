import * as tf from '@tensorflow/tfjs';
import { softmaxCrossEntropyWithLogits } from '../softmax-cross-entropy.ts';
import { adjacency } from './adjacency.ts';

export interface NpairsLossOptions {
  /** Strength of an L2 penalty on the embeddings. Default 0.002. */
  readonly regLambda?: number;
}

/**
 * Cross entropy of the similarities between anchors and positives, where pairs of one label are right (Sohn, 2016).
 *
 * Source: `tf_slim.losses.npairs_loss`. As there, it is not added to the losses of the pass: give it to `addLoss`.
 *
 * @param labels int32 [batch].
 * @param embeddingsAnchor float32 [batch, dimensions], not of unit length.
 * @param embeddingsPositive The shape of `embeddingsAnchor`.
 * @returns A float32 scalar.
 */
export function npairsLoss(
  labels: tf.Tensor,
  embeddingsAnchor: tf.Tensor2D,
  embeddingsPositive: tf.Tensor2D,
  options: NpairsLossOptions = {},
): tf.Scalar {
  return npairs(adjacency(labels).toFloat(), embeddingsAnchor, embeddingsPositive, options);
}

/**
 * As {@link npairsLoss}, for samples with several labels: pairs count by how many they share.
 *
 * Source: `tf_slim.losses.npairs_loss_multilabel`, which takes a list of sparse tensors for the labels.
 *
 * @param labels [batch, classes]: 1 where a sample has the label, 0 elsewhere.
 */
export function npairsLossMultilabel(
  labels: tf.Tensor2D,
  embeddingsAnchor: tf.Tensor2D,
  embeddingsPositive: tf.Tensor2D,
  options: NpairsLossOptions = {},
): tf.Scalar {
  const float = labels.toFloat();
  return npairs(tf.matMul(float, float, false, true), embeddingsAnchor, embeddingsPositive, options);
}

function npairs(
  shared: tf.Tensor2D,
  anchor: tf.Tensor2D,
  positive: tf.Tensor2D,
  { regLambda = 0.002 }: NpairsLossOptions,
): tf.Scalar {
  const size = (embeddings: tf.Tensor2D): tf.Scalar => embeddings.square().sum(1).mean();
  const penalty = size(anchor)
    .add(size(positive))
    .mul(tf.scalar(0.25 * regLambda));
  const similarities = tf.matMul(anchor, positive, false, true);
  const targets = shared.div(shared.sum(1, true));
  return penalty.add(softmaxCrossEntropyWithLogits(similarities, targets).mean());
}
