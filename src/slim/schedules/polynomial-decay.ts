import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface PolynomialDecayOptions {
  /** The rate reached after `decaySteps`. Default 0.0001. */
  readonly endLearningRate?: number;
  /** The exponent; 1 is a straight line. Default 1. */
  readonly power?: number;
  /** Starts again from a lower rate at each multiple of `decaySteps` instead of staying at the end. Default false. */
  readonly cycle?: boolean;
}

/**
 * `(rate - end) * (1 - globalStep / decaySteps) ^ power + end`.
 *
 * Source: `tf.compat.v1.train.polynomial_decay`.
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function polynomialDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  options: PolynomialDecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  const { endLearningRate = 0.0001, power = 1, cycle = false } = options;
  return schedule(learningRate, (rate, step) => {
    const end = tf.scalar(endLearningRate);
    const fraction = cycle ? cyclingFraction(step, decaySteps) : clippedFraction(step, decaySteps);
    return rate
      .sub(end)
      .mul(tf.scalar(1).sub(fraction).pow(tf.scalar(power)))
      .add(end);
  });
}

/** How far the step is on the way to `decaySteps`, 0..1; stays at 1 after it. */
export function clippedFraction(step: tf.Scalar, decaySteps: number): tf.Scalar {
  const steps = tf.scalar(decaySteps);
  return step.minimum(steps).div(steps);
}

/** How far the step is on the way to the next multiple of `decaySteps`; at step 0 that is `decaySteps` itself. */
function cyclingFraction(step: tf.Scalar, decaySteps: number): tf.Scalar {
  const steps = tf.scalar(decaySteps);
  const cycles = step.div(steps).ceil().maximum(tf.scalar(1));
  return step.div(steps.mul(cycles));
}
