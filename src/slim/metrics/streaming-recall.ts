import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import type { MetricOptions } from './metric-options.ts';
import { ratioOfCounts } from './yes-or-no.ts';

/**
 * How many of those that are true were predicted to be so far: 0 while none is.
 *
 * Source: `tf_slim.metrics.streaming_recall`.
 *
 * @param predictions Any shape; what is not 0 is true.
 * @param labels The shape of `predictions`.
 */
export function streamingRecall(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: MetricOptions = {},
): StreamingMetric {
  return ratioOfCounts('recall', predictions, labels, 'false_negatives', options);
}
