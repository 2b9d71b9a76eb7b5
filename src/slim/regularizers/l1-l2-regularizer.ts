import type { Regularizer } from '../scope/slim-variable.ts';
import { l1Regularizer } from './l1-regularizer.ts';
import { l2Regularizer } from './l2-regularizer.ts';
import { sumRegularizer } from './sum-regularizer.ts';

/**
 * A regularizer that gives `scaleL1 * sum(|weights|) + scaleL2 * sum(weights^2) / 2`.
 *
 * Source: `tf_slim.l1_l2_regularizer`.
 *
 * @param scaleL1 At least 0. Default 1.
 * @param scaleL2 At least 0. Default 1.
 * @throws RangeError when a scale is negative.
 */
export function l1L2Regularizer(scaleL1 = 1, scaleL2 = 1): Regularizer {
  const sum = sumRegularizer([l1Regularizer(scaleL1), l2Regularizer(scaleL2)]);
  const penalty: Regularizer = weights => sum(weights);
  return Object.assign(penalty, { regularizerName: 'l1_l2_regularizer' });
}
