import * as tf from '@tensorflow/tfjs';

export interface MetricOptions {
  /** How much each element counts: a scalar, or of the values' rank, each dimension 1 or theirs. Default: all alike. */
  readonly weights?: number | tf.Tensor;
  /** Scope of the metric's local variables. Default: the metric's own, numbered in each pass. */
  readonly name?: string;
}

/**
 * The weights of values, one for each.
 *
 * @throws RangeError when they do not fit.
 */
export function weightsOf(values: tf.Tensor, { weights = 1 }: MetricOptions): tf.Tensor {
  const tensor = typeof weights === 'number' ? tf.scalar(weights) : weights.toFloat();
  const squeezed =
    tensor.rank === values.rank + 1 && tensor.shape.at(-1) === 1 ? tensor.squeeze([-1]) : tensor;
  const fits =
    squeezed.rank === 0 ||
    (squeezed.rank === values.rank &&
      squeezed.shape.every((size, i) => size === 1 || size === values.shape[i]));
  if (!fits) {
    throw new RangeError(
      `Weights of shape [${tensor.shape.join(', ')}] do not fit values of shape [${values.shape.join(', ')}].`,
    );
  }
  return squeezed.broadcastTo(values.shape);
}

/**
 * Predictions and labels of one shape: where one has a last dimension of 1 that the other lacks, it is dropped.
 *
 * Source: `remove_squeezable_dimensions` of tensorflow/python/ops/confusion_matrix.py.
 *
 * @throws RangeError when the shapes differ otherwise.
 */
export function matched(
  predictions: tf.Tensor,
  labels: tf.Tensor,
): { predictions: tf.Tensor; labels: tf.Tensor } {
  const [p, l] = [withoutColumn(predictions, labels.rank), withoutColumn(labels, predictions.rank)];
  if (p.shape.join() !== l.shape.join()) {
    throw new RangeError(
      `Predictions and labels must have one shape; got [${predictions.shape.join(', ')}] and [${labels.shape.join(', ')}].`,
    );
  }
  return { predictions: p, labels: l };
}

function withoutColumn(values: tf.Tensor, rank: number): tf.Tensor {
  return values.rank === rank + 1 && values.shape.at(-1) === 1 ? values.squeeze([values.rank - 1]) : values;
}

/** `part / whole`, 0 where there is no whole. */
export function ratio(part: tf.Tensor, whole: tf.Tensor): tf.Tensor {
  return tf.divNoNan(part, whole);
}
