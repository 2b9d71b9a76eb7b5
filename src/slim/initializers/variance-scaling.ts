import type { Initializer } from '../scope/slim-variable.ts';
import type { SeedOptions } from './random-options.ts';
import { randomUniformInitializer } from './random-uniform.ts';
import { truncatedNormalInitializer } from './truncated-normal.ts';

export interface VarianceScalingOptions extends SeedOptions {
  /** Default 2. */
  readonly factor?: number;
  /** What the variance is divided by: inputs, outputs, or the average of both. Default 'FAN_IN'. */
  readonly mode?: 'FAN_IN' | 'FAN_OUT' | 'FAN_AVG';
  /** Uniform, or else truncated normal. Default false. */
  readonly uniform?: boolean;
}

/**
 * An initializer that keeps the variance of a layer's outputs near that of its inputs: `factor / n`, for n connections.
 * The defaults are He et al., "Delving Deep into Rectifiers".
 *
 * Source: `tf_slim.variance_scaling_initializer`. The truncated normal has a deviation of sqrt(1.3 factor / n), for what
 * the truncation takes off.
 */
export function varianceScalingInitializer(options: VarianceScalingOptions = {}): Initializer {
  const { factor = 2, mode = 'FAN_IN', uniform = false } = options;
  const initializer: Initializer = (shape, dtype, seed) => {
    const n = connections(shape, mode);
    const limit = Math.sqrt((3 * factor) / n);
    const draw = uniform
      ? randomUniformInitializer({ ...options, minval: -limit, maxval: limit })
      : truncatedNormalInitializer({ ...options, stddev: Math.sqrt((1.3 * factor) / n) });
    return draw(shape, dtype, seed);
  };
  return Object.assign(initializer, { initializerName: 'variance scaling' });
}

function connections(shape: readonly number[], mode: 'FAN_IN' | 'FAN_OUT' | 'FAN_AVG'): number {
  const field = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const outputs = field * (shape.at(-1) ?? 1);
  const inputs = field * (shape.at(-2) ?? shape.at(-1) ?? 1);
  switch (mode) {
    case 'FAN_IN':
      return inputs;
    case 'FAN_OUT':
      return outputs;
    case 'FAN_AVG':
      return (inputs + outputs) / 2;
  }
}
