import type * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { checkSameShape } from './same-shape.ts';
import type { Loss, LossOptions, Reduction, ScalarReduction } from './weights.ts';

/**
 * The mean of `(predictions - labels)^2`, added to the losses of the pass.
 *
 * Source: `tf_slim.losses.mean_squared_error` (once `sum_of_squares`).
 *
 * @param predictions Any shape and numeric dtype; computed in float32.
 * @param labels The shape of `predictions`.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function meanSquaredError<R extends Reduction = ScalarReduction>(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: LossOptions<R> = {},
): Loss<R> {
  checkSameShape(['predictions', 'labels'], predictions, labels);
  return weightedLoss(
    'mean_squared_error',
    predictions.toFloat().squaredDifference(labels.toFloat()),
    options,
  );
}
