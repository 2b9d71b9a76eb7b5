import * as tf from '@tensorflow/tfjs';
import type { Regularizer } from '../scope/slim-variable.ts';

/**
 * A regularizer that gives the sum of others; one of them that gives none counts for nothing.
 *
 * Source: `tf_slim.sum_regularizer`.
 */
export function sumRegularizer(regularizers: readonly Regularizer[]): Regularizer {
  const penalty = (weights: tf.Tensor): tf.Scalar | null => {
    const penalties = regularizers.map(regularizer => regularizer(weights)).filter(value => value !== null);
    return penalties.length === 0 ? null : tf.addN(penalties);
  };
  return Object.assign(penalty, { regularizerName: 'sum_regularizer' });
}
