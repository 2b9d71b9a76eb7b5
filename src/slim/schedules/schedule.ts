import * as tf from '@tensorflow/tfjs';
import { hyperParameter, markPure } from '../optimizers/hyper-parameter.ts';
import type { HyperParameter } from '../optimizers/optimizer.ts';

/**
 * A learning rate that follows the global step (an int32 scalar, counted before the step): what an optimizer takes as
 * its learning rate. TensorFlow 1 wants the step's tensor where the schedule is made; here it comes in each step.
 *
 * Made of TF.js operations on the step, never of JavaScript arithmetic, so that a recorded step computes it anew.
 */
export type Schedule = (globalStep: tf.Scalar) => tf.Scalar;

/** Makes a schedule of a formula over the base rate and the step, both float32 scalars. */
export function schedule(
  learningRate: HyperParameter,
  formula: (rate: tf.Scalar, step: tf.Scalar) => tf.Scalar,
): Schedule {
  return markPure(globalStep =>
    tf.tidy(() => formula(hyperParameter(learningRate, globalStep), globalStep.toFloat())),
  );
}

/** Throws a RangeError unless a number of steps is positive and finite: a schedule divides by it. */
export function checkSteps(option: string, steps: number): void {
  if (!(steps > 0 && Number.isFinite(steps))) {
    throw new RangeError(`${option} must be a positive number of steps, not ${steps}.`);
  }
}
