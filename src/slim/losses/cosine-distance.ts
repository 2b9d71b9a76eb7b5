import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, LossOptions, Reduction, ScalarReduction } from './weights.ts';

/**
 * The mean of `1 - sum(predictions * labels)` along an axis, added to the losses of the pass. Both are taken to be of
 * unit length along it already.
 *
 * Source: `tf_slim.losses.cosine_distance`.
 *
 * @param predictions Any shape; computed in float32.
 * @param labels The shape of `predictions`.
 * @param axis The dimension along which the distance is measured.
 * @returns A float32 scalar.
 * @throws RangeError when `axis` is not one of the dimensions, or the shapes, or the weights, do not fit.
 */
export function cosineDistance<R extends Reduction = ScalarReduction>(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  axis: number,
  options: LossOptions<R> = {},
): Loss<R> {
  if (!(axis >= -predictions.rank && axis < predictions.rank)) {
    throw new RangeError(
      `cosineDistance needs the axis along which to measure: a dimension of [${predictions.shape.join(', ')}], not ${axis}.`,
    );
  }
  checkSameShape(['predictions', 'labels'], predictions, labels);
  // tf.losses keeps the axis, with size 1; TF-Slim drops it.
  const keepDims = options.reduction !== undefined;
  const products = predictions.toFloat().mul(labels.toFloat());
  return weightedLoss('cosine_distance_loss', tf.scalar(1).sub(products.sum(axis, keepDims)), options);
}
