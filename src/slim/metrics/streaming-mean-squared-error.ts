import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { matched, type MetricOptions } from './metric-options.ts';
import { meanInScope } from './streaming-mean.ts';

/**
 * The mean of `(labels - predictions)^2` so far.
 *
 * Source: `tf_slim.metrics.streaming_mean_squared_error`.
 *
 * @param predictions Any shape and numeric dtype.
 * @param labels The shape of `predictions`.
 */
export function streamingMeanSquaredError(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: MetricOptions = {},
): StreamingMetric {
  const pair = matched(predictions, labels);
  const errors = pair.labels.toFloat().squaredDifference(pair.predictions.toFloat());
  return meanInScope('mean_squared_error', errors, options);
}
