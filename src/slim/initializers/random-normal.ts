import * as tf from '@tensorflow/tfjs';
import { normalValues } from '../random/random-values.ts';
import type { Initializer } from '../scope/slim-variable.ts';
import { chosenSeed, elementCount, type NormalOptions } from './random-options.ts';

/** An initializer that draws from a normal distribution. Source: `tf.compat.v1.random_normal_initializer`. */
export function randomNormalInitializer(options: NormalOptions = {}): Initializer {
  const { mean = 0, stddev = 1 } = options;
  const initializer: Initializer = (shape, _dtype, seed) =>
    tf.tensor(normalValues(elementCount(shape), chosenSeed(options, seed), mean, stddev), [...shape]);
  return Object.assign(initializer, { initializerName: 'random normal' });
}
