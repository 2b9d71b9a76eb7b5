import type * as tf from '@tensorflow/tfjs';

/** Moves values towards 0 by a threshold, and no further: the proximal operator of the L1 norm. */
export function shrink(values: tf.Tensor, threshold: tf.Tensor): tf.Tensor {
  return values.sign().mul(values.abs().sub(threshold).relu());
}

/** Throws a RangeError unless the strength of a penalty is at least 0. */
export function checkStrength(option: string, strength: number): void {
  if (!(strength >= 0)) throw new RangeError(`${option} must be at least 0, not ${strength}.`);
}
