import * as tf from '@tensorflow/tfjs';
import { decayPeriods, type DecayOptions } from './exponential-decay.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

/**
 * `rate / (1 + decayRate * globalStep / decaySteps)`.
 *
 * Source: `tf.compat.v1.train.inverse_time_decay`.
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function inverseTimeDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  decayRate: number,
  options: DecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  return schedule(learningRate, (rate, step) =>
    rate.div(decayPeriods(step, decaySteps, options).mul(tf.scalar(decayRate)).add(tf.scalar(1))),
  );
}
