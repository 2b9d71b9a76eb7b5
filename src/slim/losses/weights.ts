import * as tf from '@tensorflow/tfjs';

/** Coefficients of a loss: a number, a scalar, one per sample ([batch] or [batch, 1]) or one per element. */
export type Weights = number | tf.Tensor;

/**
 * How a loss becomes one number, as TensorFlow 1's `tf.losses.Reduction`: `none` keeps the weighted losses, `sum` adds
 * them, `mean` divides the sum by the sum of the weights, `sumOverBatchSize` by the number of elements, and
 * `sumByNonzeroWeights` by the number of elements whose weight is not zero.
 */
export type Reduction = 'none' | 'sum' | 'mean' | 'sumOverBatchSize' | 'sumByNonzeroWeights';

/** Every reduction that gives one number. */
export type ScalarReduction = Exclude<Reduction, 'none'>;

/** What a loss gives: a float32 scalar, but for `reduction: 'none'` the weighted losses. */
export type Loss<R extends Reduction> = 'none' extends R ? tf.Tensor : tf.Scalar;

export interface LossOptions<R extends Reduction = ScalarReduction> {
  /** Default 1. */
  readonly weights?: Weights;
  /**
   * Left out, the loss is TF-Slim's: the sum of the weighted losses by the number of elements whose weight is not
   * zero, where weights of rank r belong to the first r dimensions of the losses. Given, the loss is that of
   * `tf.compat.v1.losses`, whose weights must be scalar or broadcast against the losses dimension by dimension.
   */
  readonly reduction?: R;
  /** What the loss is named by, instead of its function. */
  readonly scope?: string;
}

/**
 * `total / count`, and 0 where there is nothing to count; its gradient is 0 there too, which `tf.divNoNan`'s is not. Told
 * by a step and not by a comparison, for which TF.js has no gradient: weights may depend on variables.
 */
export function safeDivide<T extends tf.Tensor>(total: T, count: tf.Tensor): T {
  const isSome = count.abs().step().cast('bool');
  return tf.where<T>(isSome, total.div(tf.where(isSome, count, tf.onesLike(count))), tf.zerosLike(total));
}

/** 1 where a weight is not 0, 0 elsewhere. */
function nonzero(weights: tf.Tensor): tf.Tensor {
  return weights.abs().step();
}

/** The weights as a float32 tensor. */
export function asWeights(weights: Weights): tf.Tensor {
  return typeof weights === 'number' ? tf.scalar(weights) : weights.toFloat();
}

/** Throws a RangeError unless weights are scalar or of the losses' rank, each dimension 1 or the losses' own. */
export function checkBroadcastable(weights: tf.Tensor, losses: tf.Tensor): void {
  const fits =
    weights.rank === 0 ||
    (weights.rank === losses.rank &&
      weights.shape.every((size, i) => size === 1 || size === losses.shape[i]));
  if (!fits) {
    throw new RangeError(
      `Weights of shape [${weights.shape.join(', ')}] do not fit losses of shape [${losses.shape.join(', ')}]: ` +
        'with a reduction, weights are a scalar or have the rank of the losses, each dimension 1 or that of the losses.',
    );
  }
}

/** 1 where the weight of an element of `losses` is not zero, 0 elsewhere; weights are broadcastable. */
export function presence(weights: tf.Tensor, losses: tf.Tensor): tf.Tensor {
  return nonzero(weights).broadcastTo(losses.shape);
}

/** TF-Slim lets weights of rank r scale the first r dimensions of the losses, after it dropped a last dimension of 1. */
export function leadingWeights(weights: Weights): tf.Tensor {
  const tensor = asWeights(weights);
  return tensor.rank > 1 && tensor.shape[tensor.rank - 1] === 1 ? tensor.squeeze([tensor.rank - 1]) : tensor;
}

/** Throws a RangeError unless weights are scalar, of shape [1], or match the first dimensions of the losses. */
export function checkLeading(weights: tf.Tensor, losses: tf.Tensor): void {
  const fits =
    weights.rank <= losses.rank && weights.shape.every((size, i) => size === 1 || size === losses.shape[i]);
  if (!fits) {
    throw new RangeError(
      `Weights of shape [${weights.shape.join(', ')}] do not fit losses of shape [${losses.shape.join(', ')}]: ` +
        'weights are a scalar, one per sample, or match the leading dimensions of the losses.',
    );
  }
}

/** The sum of losses times their leading weights. Source: `_scale_losses` of `tf_slim.losses.loss_ops`. */
export function scaleLosses(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  checkLeading(weights, losses);
  const inner = losses.shape.map((_, axis) => axis).slice(weights.rank);
  return losses.sum(inner).mul(weights).sum();
}

/**
 * How many elements of each sample have a weight that is not zero: [batch], or [1] for weights of shape [1].
 * Source: `_num_present(per_batch=True)` of `tf_slim.losses.loss_ops`.
 */
export function numPresentPerSample(losses: tf.Tensor, weights: tf.Tensor): tf.Tensor1D {
  const [batch] = losses.shape;
  const present = nonzero(weights);
  if (weights.rank === 0) return present.mul(tf.scalar(losses.size / batch)).broadcastTo([batch]);
  const rest = losses.shape.slice(weights.rank).reduce((product, size) => product * size, 1);
  return present.reshape([weights.shape[0], -1]).sum(1).mul(tf.scalar(rest));
}
