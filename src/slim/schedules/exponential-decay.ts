import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface DecayOptions {
  /** Decays at whole multiples of `decaySteps` only. Default false. */
  readonly staircase?: boolean;
}

/** The number of decay periods passed at a step, whole ones with `staircase`. */
export function decayPeriods(step: tf.Scalar, decaySteps: number, options: DecayOptions): tf.Scalar {
  const periods = step.div<tf.Scalar>(tf.scalar(decaySteps));
  return options.staircase === true ? periods.floor() : periods;
}

/**
 * `rate * decayRate ^ (globalStep / decaySteps)`.
 *
 * Source: `tf.compat.v1.train.exponential_decay`.
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function exponentialDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  decayRate: number,
  options: DecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  return schedule(learningRate, (rate, step) =>
    rate.mul(tf.scalar(decayRate).pow(decayPeriods(step, decaySteps, options))),
  );
}
