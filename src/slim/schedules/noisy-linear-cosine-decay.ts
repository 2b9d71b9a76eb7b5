import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { randomNormal } from '../random/stateless-random.ts';
import { linearCosine, remaining, type LinearCosineDecayOptions } from './linear-cosine-decay.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface NoisyLinearCosineDecayOptions extends LinearCosineDecayOptions {
  /** Of the noise that is added to the line, at step 0. Default 1. */
  readonly initialVariance?: number;
  /** The variance falls as `(1 + step) ^ -varianceDecay`. Default 0.55. */
  readonly varianceDecay?: number;
  /** Of the noise: a function of it and of the step. An integer. Default 0. */
  readonly seed?: number;
}

/**
 * As `linearCosineDecay`, with normal noise of falling variance on the line. It can be asked for inside a step only.
 *
 * Source: `tf.compat.v1.train.noisy_linear_cosine_decay` (Bello et al., Neural Optimizer Search).
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function noisyLinearCosineDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  options: NoisyLinearCosineDecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  const { initialVariance = 1, varianceDecay = 0.55, seed = 0 } = options;
  return schedule(learningRate, (rate, step) => {
    const variance = tf.scalar(initialVariance).div(step.add(tf.scalar(1)).pow(tf.scalar(varianceDecay)));
    const noise = randomNormal([], 0, 1, 'noisy_linear_cosine_decay', { seed }).mul(variance.sqrt());
    return rate.mul(linearCosine(remaining(step, decaySteps).add(noise), step, decaySteps, options));
  });
}
