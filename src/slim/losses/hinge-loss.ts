import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, LossOptions, Reduction } from './weights.ts';

/**
 * `max(0, 1 - (2 labels - 1) logits)`, element by element.
 *
 * As in TF-Slim, and unlike its other losses, the result is neither weighted nor reduced nor added to the losses of the
 * pass: give `reduction` (then `tf.compat.v1.losses.hinge_loss` is the source), or pass the result on to `addLoss`.
 *
 * Source: `tf_slim.losses.hinge_loss`.
 *
 * @param logits Any shape, float32, unbounded and centred at 0.
 * @param labels The shape of `logits`, values 0 or 1.
 * @returns The shape of `logits`; with a reduction, a float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function hingeLoss(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor;
export function hingeLoss<R extends Reduction>(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: LossOptions<R> & { readonly reduction: R },
): Loss<R>;
export function hingeLoss(logits: tf.Tensor, labels: tf.Tensor, options?: LossOptions<Reduction>): tf.Tensor {
  checkSameShape(['logits', 'labels'], logits, labels);
  const one = tf.scalar(1);
  const signs = labels.toFloat().mul(tf.scalar(2)).sub(one);
  const losses = one.sub(signs.mul(logits)).relu();
  return options === undefined ? losses : weightedLoss('hinge_loss', losses, options);
}
