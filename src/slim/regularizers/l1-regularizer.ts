import * as tf from '@tensorflow/tfjs';
import type { Regularizer } from '../scope/slim-variable.ts';
import { checkScale } from './scale.ts';

/**
 * A regularizer that gives `scale * sum(|weights|)`.
 *
 * Source: `tf_slim.l1_regularizer`.
 *
 * @param scale At least 0; 0 turns the regularizer off.
 * @throws RangeError when the scale is negative.
 */
export function l1Regularizer(scale: number): Regularizer {
  checkScale(scale);
  const penalty = (weights: tf.Tensor): tf.Scalar | null =>
    scale === 0 ? null : weights.abs().sum().mul(tf.scalar(scale));
  return Object.assign(penalty, { regularizerName: 'l1_regularizer' });
}
