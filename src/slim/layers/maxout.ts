import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';

export interface MaxoutOptions {
  /** The dimension of the channels. Default -1. */
  readonly axis?: number;
  /** Default: `MaxOut`, numbered in each pass. */
  readonly scope?: string | null;
}

/**
 * The greatest of each group of channels (Goodfellow et al., 2013).
 *
 * Source: `tf_slim.layers.maxout`.
 *
 * @param inputs float32, any shape.
 * @param numUnits Groups, a divisor of the number of channels.
 * @returns The shape of `inputs`, with `numUnits` channels.
 * @throws RangeError when the channels cannot be divided so.
 */
export const maxout = layer(
  'maxout',
  { axis: true, scope: true },
  <T extends tf.Tensor>(inputs: T, numUnits: number, options?: MaxoutOptions): T => {
    const { axis = -1, scope = null } = options ?? {};
    const channels = inputs.shape.at(axis) ?? 0;
    if (channels === 0 || channels % numUnits !== 0) {
      throw new RangeError(
        `The number of channels, ${channels}, is not a multiple of numUnits, ${numUnits}.`,
      );
    }
    const groups = [...inputs.shape].with(axis, numUnits);
    return variableScope(scope, 'MaxOut', () => inputs.reshape([...groups, channels / numUnits]).max(-1));
  },
);
