import * as tf from '@tensorflow/tfjs';
import type { Regularizer } from '../scope/slim-variable.ts';
import { checkScale } from './scale.ts';

/**
 * A regularizer that gives `scale * sum(weights^2) / 2`.
 *
 * Source: `tf_slim.l2_regularizer`, whose half is that of `tf.nn.l2_loss`.
 *
 * @param scale At least 0; 0 turns the regularizer off.
 * @throws RangeError when the scale is negative.
 */
export function l2Regularizer(scale: number): Regularizer {
  checkScale(scale);
  const penalty = (weights: tf.Tensor): tf.Scalar | null =>
    scale === 0
      ? null
      : weights
          .square()
          .sum()
          .mul(tf.scalar(scale / 2));
  return Object.assign(penalty, { regularizerName: 'l2_regularizer' });
}
