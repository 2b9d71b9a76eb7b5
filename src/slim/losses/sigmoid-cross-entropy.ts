import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { smoothLabels, type LabelSmoothingOptions } from './label-smoothing.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, Reduction, ScalarReduction } from './weights.ts';

/**
 * The mean cross entropy of independent yes-or-no labels, added to the losses of the pass. `labelSmoothing` moves labels
 * towards 1/2.
 *
 * Source: `tf_slim.losses.sigmoid_cross_entropy`.
 *
 * @param logits [batch, classes], float32.
 * @param multiClassLabels The shape of `logits`, values within 0..1.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function sigmoidCrossEntropy<R extends Reduction = ScalarReduction>(
  logits: tf.Tensor,
  multiClassLabels: tf.Tensor,
  options: LabelSmoothingOptions<R> = {},
): Loss<R> {
  checkSameShape(['logits', 'multiClassLabels'], logits, multiClassLabels);
  const labels = smoothLabels(multiClassLabels.toFloat(), 0.5, options.labelSmoothing);
  return weightedLoss('sigmoid_cross_entropy_loss', sigmoidCrossEntropyWithLogits(logits, labels), options);
}

/**
 * `max(x, 0) - x z + log(1 + exp(-|x|))`, which does not overflow. The choice by comparison, not by `relu` and `abs`,
 * gives the right gradient at a logit of exactly 0. Source: `tf.nn.sigmoid_cross_entropy_with_logits`.
 */
function sigmoidCrossEntropyWithLogits(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const positive = logits.greaterEqual(tf.scalar(0));
  const minusAbs = tf.where(positive, logits.neg(), logits);
  return tf.where(positive, logits, tf.zerosLike(logits)).sub(logits.mul(labels)).add(minusAbs.exp().log1p());
}
