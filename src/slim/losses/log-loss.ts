import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, LossOptions, Reduction, ScalarReduction } from './weights.ts';

export interface LogLossOptions<R extends Reduction = ScalarReduction> extends LossOptions<R> {
  /** Keeps the logarithm away from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * The mean of `-labels log(predictions + epsilon) - (1 - labels) log(1 - predictions + epsilon)`, added to the losses of
 * the pass.
 *
 * Source: `tf_slim.losses.log_loss`.
 *
 * @param predictions Probabilities, of any shape; computed in float32.
 * @param labels The shape of `predictions`, values within 0..1.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function logLoss<R extends Reduction = ScalarReduction>(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: LogLossOptions<R> = {},
): Loss<R> {
  checkSameShape(['predictions', 'labels'], predictions, labels);
  const epsilon = tf.scalar(options.epsilon ?? 1e-7);
  const one = tf.scalar(1);
  const [p, y] = [predictions.toFloat(), labels.toFloat()];
  const positive = y.mul(p.add(epsilon).log());
  const negative = one.sub(y).mul(one.sub(p).add(epsilon).log());
  return weightedLoss('log_loss', positive.neg().sub(negative), options);
}
