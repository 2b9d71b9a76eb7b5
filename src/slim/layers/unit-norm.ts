import * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';

export interface UnitNormOptions {
  /** Added to the squared length. Default 1e-7. */
  readonly epsilon?: number;
  /** Default: `UnitNorm`, numbered in each pass. */
  readonly scope?: string | null;
}

/**
 * Scales to length 1 along a dimension.
 *
 * Source: `tf_slim.layers.unit_norm`.
 *
 * @param inputs float32, any shape.
 * @param dim The dimension, counted from 0.
 * @returns The shape of `inputs`.
 * @throws RangeError when the inputs do not have the dimension.
 */
export const unitNorm = layer(
  'unit_norm',
  { epsilon: true, scope: true },
  <T extends tf.Tensor>(inputs: T, dim: number, options?: UnitNormOptions): T => {
    if (!(dim >= 0 && dim < inputs.rank)) {
      throw new RangeError(
        `dim of unitNorm must be within 0..${inputs.rank - 1}, the dimensions of the inputs, not ${dim}.`,
      );
    }
    const { epsilon = 1e-7, scope = null } = options ?? {};
    return variableScope(scope, 'UnitNorm', () =>
      inputs.div(inputs.square().sum(dim, true).add(tf.scalar(epsilon)).sqrt()),
    );
  },
);
