import { exponentialDecay, type DecayOptions } from './exponential-decay.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import type { Schedule } from './schedule.ts';

/**
 * `rate * exp(-decayRate * globalStep / decaySteps)`.
 *
 * Source: `tf.compat.v1.train.natural_exp_decay`.
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function naturalExpDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  decayRate: number,
  options: DecayOptions = {},
): Schedule {
  return exponentialDecay(learningRate, decaySteps, Math.exp(-decayRate), options);
}
