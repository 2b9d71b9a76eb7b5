import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';

export interface SoftmaxOptions {
  /** Default: `softmax`, numbered in each pass. */
  readonly scope?: string | null;
}

/**
 * Softmax along the last dimension.
 *
 * Source: `tf_slim.layers.softmax`.
 *
 * @param logits float32, rank 2 at least.
 * @returns The shape of `logits`.
 * @throws RangeError when the rank is less than 2.
 */
export const softmax = layer(
  'softmax',
  { scope: true },
  <T extends tf.Tensor>(logits: T, options?: SoftmaxOptions): T => {
    if (logits.rank < 2) {
      throw new RangeError(
        `softmax takes logits of rank 2 at least, not ${logits.rank}: [${logits.shape.join(', ')}].`,
      );
    }
    return variableScope(options?.scope ?? null, 'softmax', () => logits.softmax());
  },
);
