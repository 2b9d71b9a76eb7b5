import * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { variableScope } from '../scope/variable-scope.ts';
import type { MetricOptions } from './metric-options.ts';
import { countAtThresholds } from './thresholds.ts';

export interface F1ScoreOptions extends MetricOptions {
  /** How many thresholds are tried. Default 200. */
  readonly numThresholds?: number;
}

/** TF-Slim's, against divisions by 0. */
const EPSILON = 1e-7;

/**
 * The best harmonic mean of precision and recall that a threshold gives on all scores so far.
 *
 * Source: `tf_slim.metrics.f1_score`, which takes the labels first.
 *
 * @param labels Any shape; what is not 0 is true.
 * @param predictions Scores within 0..1, the shape of `labels`.
 * @throws RangeError when the shapes do not fit.
 */
export function f1Score(
  labels: tf.Tensor,
  predictions: tf.Tensor,
  options: F1ScoreOptions = {},
): StreamingMetric {
  return variableScope(options.name ?? null, 'f1', () => {
    const kinds = ['true_positives', 'false_negatives', 'false_positives'] as const;
    const counts = countAtThresholds(predictions, labels, options.numThresholds ?? 200, kinds, options);
    return {
      value: () =>
        best(counts.true_positives.total, counts.false_positives.total, counts.false_negatives.total),
      updateOp: () => {
        kinds.forEach(kind => {
          counts[kind].add();
        });
      },
    };
  });
}

function best(tp: tf.Tensor, fp: tf.Tensor, fn: tf.Tensor): tf.Scalar {
  const epsilon = tf.scalar(EPSILON);
  const precision = tp.div(tp.add(fp).add(epsilon));
  const recall = tp.div(tp.add(fn).add(epsilon));
  return precision.mul(recall).mul(tf.scalar(2)).div(precision.add(recall).add(epsilon)).max();
}
