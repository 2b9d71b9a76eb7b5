import * as tf from '@tensorflow/tfjs';
import { cosineOf, type CosineDecayOptions } from './cosine-decay.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';
import { checkSteps, schedule, type Schedule } from './schedule.ts';

export interface CosineDecayRestartsOptions extends CosineDecayOptions {
  /** How many times longer each period is than the one before. Default 2. */
  readonly tMul?: number;
  /** How many times higher each period starts than the one before. Default 1. */
  readonly mMul?: number;
}

/**
 * Half a cosine over `firstDecaySteps`, then again over longer periods.
 *
 * Source: `tf.compat.v1.train.cosine_decay_restarts` (Loshchilov and Hutter, SGDR).
 *
 * @throws RangeError when `firstDecaySteps` is not positive.
 */
export function cosineDecayRestarts(
  learningRate: HyperParameter,
  firstDecaySteps: number,
  options: CosineDecayRestartsOptions = {},
): Schedule {
  checkSteps('firstDecaySteps', firstDecaySteps);
  const { tMul = 2, mMul = 1, alpha = 0 } = options;
  return schedule(learningRate, (rate, step) => {
    const periods = step.div<tf.Scalar>(tf.scalar(firstDecaySteps));
    const { restarts, fraction } =
      tMul === 1 ? equalPeriods(periods) : growingPeriods(periods, tf.scalar(tMul));
    const height = tf.scalar(mMul).pow<tf.Scalar>(restarts);
    return rate.mul(
      cosineOf(fraction)
        .mul(height)
        .mul(tf.scalar(1 - alpha))
        .add(tf.scalar(alpha)),
    );
  });
}

interface Position {
  /** Restarts so far. */
  readonly restarts: tf.Scalar;
  /** How far the step is within its period, 0..1. */
  readonly fraction: tf.Scalar;
}

function equalPeriods(periods: tf.Scalar): Position {
  const restarts = periods.floor();
  return { restarts, fraction: periods.sub(restarts) };
}

/** The first n periods take (1 - tMul^n) / (1 - tMul) times the first one; the inverse of it tells the period. */
function growingPeriods(periods: tf.Scalar, tMul: tf.Scalar): Position {
  const one = tf.scalar(1);
  const shrink = one.sub<tf.Scalar>(tMul);
  const restarts = one.sub(periods.mul(shrink)).log().div(tMul.log()).floor() as tf.Scalar;
  const length = tMul.pow<tf.Scalar>(restarts);
  const start = one.sub(length).div(shrink);
  return { restarts, fraction: periods.sub(start).div(length) };
}
