import * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { variableScope } from '../scope/variable-scope.ts';
import type { Counter } from './counter.ts';
import type { MetricOptions } from './metric-options.ts';
import { countAtThresholds } from './thresholds.ts';

export interface AucOptions extends MetricOptions {
  /** How many points the curve has. Default 200. */
  readonly numThresholds?: number;
  /** True against false positive rate, or precision against recall. Default 'ROC'. */
  readonly curve?: 'ROC' | 'PR';
}

/** TensorFlow's, against divisions by 0. */
const EPSILON = 1e-6;

/**
 * The area under the curve of all scores so far, by the trapezoidal rule.
 *
 * Source: `tf_slim.metrics.streaming_auc`.
 *
 * @param predictions Scores within 0..1, any shape.
 * @param labels The shape of `predictions`; what is not 0 is true.
 * @throws RangeError when the shapes do not fit.
 */
export function streamingAuc(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: AucOptions = {},
): StreamingMetric {
  const { numThresholds = 200, curve = 'ROC' } = options;
  return variableScope(options.name ?? null, 'auc', () => {
    const kinds = ['true_positives', 'false_negatives', 'true_negatives', 'false_positives'] as const;
    const counts = countAtThresholds(predictions, labels, numThresholds, kinds, options);
    const { true_positives: tp, false_negatives: fn, true_negatives: tn, false_positives: fp } = counts;
    const epsilon = (): tf.Scalar => tf.scalar(EPSILON);
    const rate = (part: Counter, rest: Counter): tf.Tensor =>
      part.total.add(epsilon()).div(part.total.add(rest.total).add(epsilon()));
    const fallOut = (): tf.Tensor => fp.total.div(fp.total.add(tn.total).add(epsilon()));
    return {
      value: () => (curve === 'ROC' ? area(fallOut(), rate(tp, fn)) : area(rate(tp, fn), rate(tp, fp))),
      updateOp: () => {
        kinds.forEach(kind => {
          counts[kind].add();
        });
      },
    };
  });
}

/** Under points in the order of falling x. */
function area(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  const last = x.size - 1;
  const width = x.slice([0], [last]).sub(x.slice([1], [last]));
  const height = y
    .slice([0], [last])
    .add(y.slice([1], [last]))
    .mul(tf.scalar(0.5));
  return width.mul(height).sum();
}
