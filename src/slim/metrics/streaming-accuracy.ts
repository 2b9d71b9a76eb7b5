import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { correctness } from './accuracy.ts';
import type { MetricOptions } from './metric-options.ts';
import { meanInScope } from './streaming-mean.ts';

/**
 * The fraction of predictions so far that equal their labels.
 *
 * Source: `tf_slim.metrics.streaming_accuracy`.
 *
 * @param predictions Any shape.
 * @param labels The shape of `predictions`.
 */
export function streamingAccuracy(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: MetricOptions = {},
): StreamingMetric {
  return meanInScope('accuracy', correctness(predictions, labels), options);
}
