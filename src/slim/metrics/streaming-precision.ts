import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import type { MetricOptions } from './metric-options.ts';
import { ratioOfCounts } from './yes-or-no.ts';

/**
 * How many of those predicted true so far are: 0 while none is.
 *
 * Source: `tf_slim.metrics.streaming_precision`.
 *
 * @param predictions Any shape; what is not 0 is true.
 * @param labels The shape of `predictions`.
 */
export function streamingPrecision(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: MetricOptions = {},
): StreamingMetric {
  return ratioOfCounts('precision', predictions, labels, 'false_positives', options);
}
