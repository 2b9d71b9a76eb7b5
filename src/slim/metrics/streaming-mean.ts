import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { Counter } from './counter.ts';
import { ratio, weightsOf, type MetricOptions } from './metric-options.ts';

/** The weighted mean of all values so far, in local variables `total` and `count` of a scope. */
export function meanInScope(defaultName: string, values: tf.Tensor, options: MetricOptions): StreamingMetric {
  return variableScope(options.name ?? null, defaultName, () => {
    const float = values.toFloat();
    const weights = weightsOf(float, options);
    const total = new Counter('total', float.mul(weights).sum());
    const count = new Counter('count', weights.sum());
    return {
      value: () => ratio(total.total, count.total).asScalar(),
      updateOp: () => {
        total.add();
        count.add();
      },
    };
  });
}

/**
 * The mean of all values so far.
 *
 * Source: `tf_slim.metrics.streaming_mean`.
 *
 * @param values Any shape and numeric dtype.
 */
export function streamingMean(values: tf.Tensor, options: MetricOptions = {}): StreamingMetric {
  return meanInScope('mean', values, options);
}
