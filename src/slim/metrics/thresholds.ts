import * as tf from '@tensorflow/tfjs';
import { Counter } from './counter.ts';
import { matched, weightsOf, type MetricOptions } from './metric-options.ts';

/** What scores are compared to: evenly spaced, from just below 0 to just above 1. */
function thresholds(count: number): tf.Tensor2D {
  if (!(Number.isInteger(count) && count > 1)) {
    throw new RangeError(`numThresholds must be an integer above 1, not ${count}.`);
  }
  const inner = Array.from({ length: count - 2 }, (_, i) => (i + 1) / (count - 1));
  return tf.tensor2d([-1e-7, ...inner, 1 + 1e-7], [count, 1]);
}

/** Which answer is counted: the prediction, then whether it is right. */
export type Answer = 'true_positives' | 'false_negatives' | 'true_negatives' | 'false_positives';

/**
 * How many answers of each kind there were so far, at each threshold: local variables [numThresholds] named by the kinds.
 *
 * Source: `_confusion_matrix_at_thresholds` of tensorflow/python/ops/metrics_impl.py.
 */
export function countAtThresholds<A extends Answer>(
  scores: tf.Tensor,
  labels: tf.Tensor,
  numThresholds: number,
  answers: readonly A[],
  options: MetricOptions,
): Record<A, Counter> {
  const pair = matched(scores, labels);
  const weights = weightsOf(pair.predictions, options).reshape([1, -1]);
  const isTrue = pair.labels.cast('bool').reshape([1, -1]);
  const isPositive = pair.predictions.toFloat().reshape([1, -1]).greater(thresholds(numThresholds));
  const counted = answers.map(answer => {
    const predicted = answer.endsWith('positives') ? isPositive : isPositive.logicalNot();
    const actual = answer === 'true_positives' || answer === 'false_negatives' ? isTrue : isTrue.logicalNot();
    const batch = predicted.logicalAnd(actual).toFloat().mul(weights).sum(1);
    return [answer, new Counter(answer, batch)] as const;
  });
  return Object.fromEntries(counted) as Record<A, Counter>;
}
