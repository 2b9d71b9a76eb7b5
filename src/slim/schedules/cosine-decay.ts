import * as tf from '@tensorflow/tfjs';
import { clippedFraction } from './polynomial-decay.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface CosineDecayOptions {
  /** The least rate, as a fraction of `learningRate`. Default 0. */
  readonly alpha?: number;
}

/** `(1 + cos(pi * fraction)) / 2`: 1 at 0, 0 at 1. */
export function cosineOf(fraction: tf.Scalar): tf.Scalar {
  return fraction.mul(tf.scalar(Math.PI)).cos().add(tf.scalar(1)).mul(tf.scalar(0.5));
}

/**
 * Half a cosine from `learningRate` down to `alpha * learningRate` over `decaySteps`.
 *
 * Source: `tf.compat.v1.train.cosine_decay` (Loshchilov and Hutter, SGDR, without restarts).
 *
 * @throws RangeError when `decaySteps` is not positive.
 */
export function cosineDecay(
  learningRate: HyperParameter,
  decaySteps: number,
  options: CosineDecayOptions = {},
): Schedule {
  checkSteps('decaySteps', decaySteps);
  const { alpha = 0 } = options;
  return schedule(learningRate, (rate, step) =>
    rate.mul(
      cosineOf(clippedFraction(step, decaySteps))
        .mul(tf.scalar(1 - alpha))
        .add(tf.scalar(alpha)),
    ),
  );
}
