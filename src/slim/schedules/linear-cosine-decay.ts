import * as tf from '@tensorflow/tfjs';
import { cosineOf } from './cosine-decay.ts';
import { clippedFraction } from './polynomial-decay.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface LinearCosineDecayOptions {
  /** Periods of the cosine within `decaySteps`. Default 0.5. */
  readonly numPeriods?: number;
  /** Added to the line. Default 0. */
  readonly alpha?: number;
  /** Added to the product: the least rate as a fraction of `learningRate`. Default 0.001. */
  readonly beta?: number;
}

/**
 * A straight line times a cosine: `rate * ((alpha + 1 - p) * (1 + cos(2 pi numPeriods p)) / 2 + beta)` with
 * `p = globalStep / decaySteps`, at most 1.
 *
 * Source: `tf.compat.v1.train.linear_cosine_decay` (Bello et al., Neural Optimizer Search).
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function linearCosineDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  options: LinearCosineDecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  return schedule(learningRate, (rate, step) =>
    rate.mul(linearCosine(remaining(step, decaySteps), step, decaySteps, options)),
  );
}

/** What is left of the line at a step: 1 at 0, 0 from `decaySteps` on. */
export function remaining(step: tf.Scalar, decaySteps: number): tf.Scalar {
  const steps = tf.scalar(decaySteps);
  return steps.sub(step.minimum(steps)).div(steps);
}

/** `(alpha + line) * cosine + beta` at a step. */
export function linearCosine(
  line: tf.Scalar,
  step: tf.Scalar,
  decaySteps: number,
  options: LinearCosineDecayOptions,
): tf.Scalar {
  const { numPeriods = 0.5, alpha = 0, beta = 0.001 } = options;
  const cosine = cosineOf(clippedFraction(step, decaySteps).mul(tf.scalar(2 * numPeriods)));
  return line.add(tf.scalar(alpha)).mul(cosine).add(tf.scalar(beta));
}
