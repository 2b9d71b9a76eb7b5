import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, LossOptions, Reduction, ScalarReduction } from './weights.ts';

export interface HuberLossOptions<R extends Reduction = ScalarReduction> extends LossOptions<R> {
  /** Where the square becomes a line. Default 1. */
  readonly delta?: number;
}

/**
 * The mean of `error^2 / 2` within `delta`, `delta |error| - delta^2 / 2` beyond it, added to the losses of the pass.
 *
 * Source: `tf.compat.v1.losses.huber_loss`; TF-Slim has none of its own.
 *
 * @param predictions Any shape and numeric dtype; computed in float32.
 * @param labels The shape of `predictions`.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function huberLoss<R extends Reduction = ScalarReduction>(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: HuberLossOptions<R> = {},
): Loss<R> {
  checkSameShape(['predictions', 'labels'], predictions, labels);
  const delta = tf.scalar(options.delta ?? 1);
  const error = predictions.toFloat().sub(labels.toFloat()).abs();
  const quadratic = error.minimum(delta);
  const linear = error.sub(quadratic);
  return weightedLoss('huber_loss', quadratic.square().mul(tf.scalar(0.5)).add(linear.mul(delta)), options);
}
