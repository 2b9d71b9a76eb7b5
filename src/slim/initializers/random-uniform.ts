import * as tf from '@tensorflow/tfjs';
import { uniformValues } from '../random/random-values.ts';
import type { Initializer } from '../scope/slim-variable.ts';
import { chosenSeed, elementCount, type SeedOptions } from './random-options.ts';

export interface UniformOptions extends SeedOptions {
  /** Included. Default 0. */
  readonly minval?: number;
  /** Not included. Default 1. */
  readonly maxval?: number;
}

/**
 * An initializer that draws evenly from an interval.
 *
 * Source: `tf.compat.v1.random_uniform_initializer`.
 */
export function randomUniformInitializer(options: UniformOptions = {}): Initializer {
  const { minval = 0, maxval = 1 } = options;
  const initializer: Initializer = (shape, _dtype, seed) =>
    tf.tensor(uniformValues(elementCount(shape), chosenSeed(options, seed), minval, maxval), [...shape]);
  return Object.assign(initializer, { initializerName: 'random uniform' });
}
