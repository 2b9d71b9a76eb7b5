import * as tf from '@tensorflow/tfjs';

/**
 * The fraction of predictions that equal their labels, in this batch; weighted by `weights` where given.
 *
 * Source: `accuracy` of tf_slim/metrics/classification.py.
 *
 * @param predictions any shape.
 * @param labels the shape of `predictions`.
 * @param weights float32, broadcast to that shape. Default: all count alike.
 * @returns A float32 scalar.
 */
export function accuracy(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor | null = null,
): tf.Scalar {
  if (predictions.shape.join() !== labels.shape.join()) {
    throw new RangeError(
      `accuracy: predictions have shape [${predictions.shape.join(', ')}], labels [${labels.shape.join(', ')}].`,
    );
  }
  return tf.tidy(() => {
    const isCorrect = predictions.equal(labels.cast(predictions.dtype)).toFloat();
    if (weights === null) return isCorrect.mean<tf.Scalar>();
    const counted = weights.broadcastTo(isCorrect.shape);
    return isCorrect.mul(counted).sum().div<tf.Scalar>(counted.sum());
  });
}
