import * as tf from '@tensorflow/tfjs';
import { addNamedLoss } from './collection.ts';
import {
  asWeights,
  checkBroadcastable,
  leadingWeights,
  numPresentPerSample,
  presence,
  safeDivide,
  scaleLosses,
  type Loss,
  type LossOptions,
  type Reduction,
  type ScalarReduction,
} from './weights.ts';

/**
 * Weighs losses, makes one number of them and adds it to the losses of the pass.
 *
 * Source: `tf_slim.losses.compute_weighted_loss`; with `reduction`, `tf.compat.v1.losses.compute_weighted_loss`.
 *
 * @param losses One loss per element: [batch, d1, ... dN], of any numeric dtype; computed in float32.
 * @returns A float32 scalar, 0 when every weight is 0. With `reduction: 'none'`, the weighted losses, which are not added
 * to the losses of the pass: only scalars can be summed up there.
 * @throws RangeError when the weights do not fit the losses.
 */
export function computeWeightedLoss<R extends Reduction = ScalarReduction>(
  losses: tf.Tensor,
  options: LossOptions<R> = {},
): Loss<R> {
  return weightedLoss('weighted_loss', losses, options);
}

/** {@link computeWeightedLoss}, under the name of the loss function that calls it. */
export function weightedLoss<R extends Reduction>(
  name: string,
  losses: tf.Tensor,
  options: LossOptions<R>,
): Loss<R> {
  const { weights = 1, reduction, scope = name } = options;
  const float = losses.toFloat();
  if (reduction === undefined && weights === 1 && float.size > 0) {
    // What follows comes to the same, in a dozen operations.
    const mean = float.mean<tf.Scalar>();
    addNamedLoss(mean, scope);
    return mean;
  }
  if (reduction === 'none') return unreduced(float, asWeights(weights)) as Loss<R>;
  const loss =
    reduction === undefined
      ? meanOfPresent(float, leadingWeights(weights))
      : reduce(float, asWeights(weights), reduction);
  addNamedLoss(loss, scope);
  return loss;
}

function meanOfPresent(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return safeDivide(scaleLosses(losses, weights), numPresentPerSample(losses, weights).sum());
}

function unreduced(losses: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  checkBroadcastable(weights, losses);
  return losses.mul(weights);
}

function reduce(losses: tf.Tensor, weights: tf.Tensor, reduction: ScalarReduction): tf.Scalar {
  const total = unreduced(losses, weights).sum<tf.Scalar>();
  switch (reduction) {
    case 'sum':
      return total;
    case 'mean':
      return safeDivide(total, weights.broadcastTo(losses.shape).sum());
    case 'sumOverBatchSize':
      return safeDivide(total, tf.scalar(losses.size));
    case 'sumByNonzeroWeights':
      return safeDivide(total, presence(weights, losses).sum());
  }
}
