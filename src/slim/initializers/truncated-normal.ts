import * as tf from '@tensorflow/tfjs';
import { truncatedNormalValues } from '../random/random-values.ts';
import type { Initializer } from '../scope/slim-variable.ts';
import { chosenSeed, elementCount, type NormalOptions } from './random-options.ts';

/**
 * An initializer that draws from a normal distribution, again where a value lies more than two standard deviations off.
 *
 * Source: `tf.compat.v1.truncated_normal_initializer`.
 */
export function truncatedNormalInitializer(options: NormalOptions = {}): Initializer {
  const { mean = 0, stddev = 1 } = options;
  const initializer: Initializer = (shape, _dtype, seed) =>
    tf.tensor(truncatedNormalValues(elementCount(shape), chosenSeed(options, seed), mean, stddev), [
      ...shape,
    ]);
  return Object.assign(initializer, { initializerName: 'truncated normal' });
}
