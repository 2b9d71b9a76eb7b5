import * as tf from '@tensorflow/tfjs';
import { addToCollection, getCollection } from '../scope/collection-access.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import type { Regularizer, SlimVariable } from '../scope/slim-variable.ts';

/**
 * The sum of a regularizer's penalties over many weights, added to the regularization losses of the pass.
 *
 * Source: `tf_slim.apply_regularization`.
 *
 * @param weights Default: the collection `GraphKeys.WEIGHTS`.
 * @returns A float32 scalar.
 * @throws Error when there are no weights.
 */
export function applyRegularization(
  regularizer: Regularizer,
  weights: readonly SlimVariable[] = getCollection(GraphKeys.WEIGHTS),
): tf.Scalar {
  if (weights.length === 0)
    throw new Error('There are no weights to regularize: none was given, and the collection is empty.');
  const sum = tf.addN(weights.map(variable => regularizer(variable.value) ?? tf.scalar(0)));
  addToCollection(GraphKeys.REGULARIZATION_LOSSES, sum);
  return sum;
}
