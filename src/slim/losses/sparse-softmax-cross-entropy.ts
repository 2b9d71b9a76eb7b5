import * as tf from '@tensorflow/tfjs';
import { weightedLoss } from './compute-weighted-loss.ts';
import { softmaxCrossEntropyWithLogits } from './softmax-cross-entropy.ts';
import { asWeights, type Loss, type LossOptions, type Reduction, type ScalarReduction } from './weights.ts';

/**
 * The mean cross entropy of one class among K, given by its number, added to the losses of the pass.
 *
 * Source: `tf_slim.losses.sparse_softmax_cross_entropy`. A label outside 0..K-1 makes the loss NaN, as TensorFlow does
 * on a GPU, so that the check of the loss stops the training instead of ignoring the sample.
 *
 * @param logits [batch, K], float32.
 * @param labels [batch] or [batch, 1], int32, values 0..K-1.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function sparseSoftmaxCrossEntropy<R extends Reduction = ScalarReduction>(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: LossOptions<R> = {},
): Loss<R> {
  const [batch] = logits.shape;
  if (logits.rank !== 2 || labels.size !== batch) {
    throw new RangeError(
      `sparseSoftmaxCrossEntropy takes logits [batch, classes] and labels [batch] or [batch, 1]; ` +
        `got [${logits.shape.join(', ')}] and [${labels.shape.join(', ')}].`,
    );
  }
  const losses = sparseSoftmaxCrossEntropyWithLogits(logits, labels.reshape([batch]).toInt());
  const { weights, reduction } = options;
  if (reduction === undefined || weights === undefined)
    return weightedLoss('sparse_softmax_cross_entropy_loss', losses, options);
  return weightedLoss('sparse_softmax_cross_entropy_loss', losses, {
    ...options,
    weights: withoutColumn(asWeights(weights)),
  });
}

function sparseSoftmaxCrossEntropyWithLogits(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const classes = logits.shape[1] ?? 0;
  const losses = softmaxCrossEntropyWithLogits(logits, tf.oneHot(labels, classes).toFloat());
  const valid = labels
    .greaterEqual(tf.scalar(0, 'int32'))
    .logicalAnd(labels.less(tf.scalar(classes, 'int32')));
  return tf.where(valid, losses, tf.scalar(NaN));
}

/** `tf.losses` takes weights of [batch, 1] for losses of [batch] here. */
function withoutColumn(weights: tf.Tensor): tf.Tensor {
  return weights.rank === 2 && weights.shape[1] === 1 ? weights.squeeze([1]) : weights;
}
