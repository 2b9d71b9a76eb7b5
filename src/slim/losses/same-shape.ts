import type * as tf from '@tensorflow/tfjs';

/** Throws a RangeError unless what a loss compares has one shape. */
export function checkSameShape(names: readonly [string, string], first: tf.Tensor, second: tf.Tensor): void {
  if (first.rank !== second.rank || first.shape.some((size, i) => size !== second.shape[i])) {
    throw new RangeError(
      `${names[0]} and ${names[1]} must have one shape; got [${first.shape.join(', ')}] and [${second.shape.join(', ')}].`,
    );
  }
}
