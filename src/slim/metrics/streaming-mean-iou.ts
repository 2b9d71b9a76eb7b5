import * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { Counter } from './counter.ts';
import { matched, ratio, weightsOf, type MetricOptions } from './metric-options.ts';

/**
 * The mean over classes of intersection by union of predictions and labels so far; classes that never came do not count.
 *
 * Source: `tf_slim.metrics.streaming_mean_iou`.
 *
 * @param predictions Numbers of classes, any shape.
 * @param labels The shape of `predictions`.
 */
export function streamingMeanIou(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  numClasses: number,
  options: MetricOptions = {},
): StreamingMetric {
  return variableScope(options.name ?? null, 'mean_iou', () => {
    const confusion = new Counter(
      'total_confusion_matrix',
      confusionOf(predictions, labels, numClasses, options),
    );
    return {
      value: () => meanIou(confusion.total as tf.Tensor2D),
      updateOp: () => {
        confusion.add();
      },
    };
  });
}

/** [label, prediction]: how often the one was answered by the other. */
function confusionOf(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  numClasses: number,
  options: MetricOptions,
): tf.Tensor2D {
  const pair = matched(predictions, labels);
  const oneHot = (classes: tf.Tensor): tf.Tensor2D =>
    tf.oneHot(classes.flatten().toInt(), numClasses).toFloat() as tf.Tensor2D;
  const weights = weightsOf(pair.predictions, options).reshape<tf.Tensor2D>([-1, 1]);
  return tf.matMul(oneHot(pair.labels).mul(weights), oneHot(pair.predictions), true);
}

function meanIou(confusion: tf.Tensor2D): tf.Scalar {
  const [size] = confusion.shape;
  const intersection = confusion.mul(tf.eye(size)).sum(1);
  const union = confusion.sum(0).add(confusion.sum(1)).sub(intersection);
  const present = union.notEqual(tf.scalar(0)).toFloat().sum();
  return ratio(ratio(intersection, union).sum(), present).asScalar();
}
