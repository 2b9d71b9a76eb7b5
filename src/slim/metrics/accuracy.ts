import type * as tf from '@tensorflow/tfjs';
import { matched, ratio, weightsOf, type MetricOptions } from './metric-options.ts';

/** 1 where a prediction is its label, 0 elsewhere. */
export function correctness(predictions: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const { predictions: p, labels: l } = matched(predictions, labels);
  return p.equal(l.cast(p.dtype)).toFloat();
}

/**
 * The fraction of predictions that equal their labels, in this batch.
 *
 * Source: `tf_slim.metrics.accuracy`.
 *
 * @param predictions Any shape.
 * @param labels The shape of `predictions`.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes do not fit.
 */
export function accuracy(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: Pick<MetricOptions, 'weights'> = {},
): tf.Scalar {
  const isCorrect = correctness(predictions, labels);
  const weights = weightsOf(isCorrect, options);
  return ratio(isCorrect.mul(weights).sum(), weights.sum()).asScalar();
}
