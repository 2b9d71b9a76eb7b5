import type { Initializer } from '../scope/slim-variable.ts';
import type { SeedOptions } from './random-options.ts';
import { varianceScalingInitializer } from './variance-scaling.ts';

export interface XavierOptions extends SeedOptions {
  /** Uniform in ±sqrt(6 / (inputs + outputs)), or else truncated normal. Default true. */
  readonly uniform?: boolean;
}

/**
 * An initializer that keeps the scale of gradients about the same in all layers (Glorot and Bengio, 2010): the default
 * one of layers' weights.
 *
 * Source: `tf_slim.xavier_initializer`.
 */
export function xavierInitializer(options: XavierOptions = {}): Initializer {
  const initializer = varianceScalingInitializer({ uniform: true, ...options, factor: 1, mode: 'FAN_AVG' });
  return Object.assign(initializer, { initializerName: 'xavier' });
}
