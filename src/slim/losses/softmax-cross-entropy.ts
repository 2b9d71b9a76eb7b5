import type * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { smoothLabels, type LabelSmoothingOptions } from './label-smoothing.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, Reduction, ScalarReduction } from './weights.ts';

/**
 * The mean cross entropy of one class among K, added to the losses of the pass. `labelSmoothing` moves labels towards
 * 1/K.
 *
 * Source: `tf_slim.losses.softmax_cross_entropy`.
 *
 * @param logits [batch, K], float32.
 * @param onehotLabels The shape of `logits`: each row a distribution, as a rule one-hot.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function softmaxCrossEntropy<R extends Reduction = ScalarReduction>(
  logits: tf.Tensor,
  onehotLabels: tf.Tensor,
  options: LabelSmoothingOptions<R> = {},
): Loss<R> {
  checkSameShape(['logits', 'onehotLabels'], logits, onehotLabels);
  const labels = smoothLabels(
    onehotLabels.toFloat(),
    1 / (onehotLabels.shape[1] ?? 1),
    options.labelSmoothing,
  );
  return weightedLoss('softmax_cross_entropy_loss', softmaxCrossEntropyWithLogits(logits, labels), options);
}

/** One cross entropy per row: [batch, K] to [batch]. Source: `tf.nn.softmax_cross_entropy_with_logits`. */
export function softmaxCrossEntropyWithLogits(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return logits.toFloat().logSoftmax().mul(labels).sum(-1).neg();
}
