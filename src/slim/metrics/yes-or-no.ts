import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { Counter } from './counter.ts';
import { matched, ratio, weightsOf, type MetricOptions } from './metric-options.ts';

/** True positives by them and one kind of mistakes. */
export function ratioOfCounts(
  defaultName: string,
  predictions: tf.Tensor,
  labels: tf.Tensor,
  mistakes: 'false_positives' | 'false_negatives',
  options: MetricOptions,
): StreamingMetric {
  return variableScope(options.name ?? null, defaultName, () => {
    const pair = matched(predictions, labels);
    const [predicted, actual] = [pair.predictions.cast('bool'), pair.labels.cast('bool')];
    const weights = weightsOf(predicted, options);
    const wrong = mistakes === 'false_positives' ? actual.logicalNot() : predicted.logicalNot();
    const claimed = mistakes === 'false_positives' ? predicted : actual;
    const count = (kind: string, where: tf.Tensor): Counter =>
      variableScope(kind, kind, () => new Counter('count', where.toFloat().mul(weights).sum()));
    const hits = count('true_positives', predicted.logicalAnd(actual));
    const misses = count(mistakes, claimed.logicalAnd(wrong));
    return {
      value: () => ratio(hits.total, hits.total.add(misses.total)).asScalar(),
      updateOp: () => {
        hits.add();
        misses.add();
      },
    };
  });
}
