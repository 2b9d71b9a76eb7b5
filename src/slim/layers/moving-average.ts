import * as tf from '@tensorflow/tfjs';
import { zerosInitializer } from '../initializers/zeros.ts';
import { addUpdateOp } from '../scope/update-ops.ts';
import { variable as makeVariable } from '../variables/make-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/**
 * Has a variable follow a value in each step: `variable -= (variable - value) * (1 - decay)`.
 *
 * Source: `assign_moving_average` of tensorflow/python/training/moving_averages.py.
 *
 * @param collection Of update ops; null to run in every step, whatever the train op's `updateOps`.
 */
export function addMovingAverage(
  variable: SlimVariable,
  value: tf.Tensor,
  decay: number,
  collection: string | null,
): void {
  addUpdateOp(
    variable.name,
    () => {
      follow(variable.value, value, decay);
    },
    collection,
  );
}

/**
 * The same, with the zero it began with divided out: it equals the value after the first step (Adam's correction).
 * Its state is in two more variables, named as TensorFlow names them: under the running scope, by the full name again.
 */
export function addZeroDebiasedMovingAverage(
  variable: SlimVariable,
  value: tf.Tensor,
  decay: number,
  collection: string | null,
): void {
  const state = (name: string, shape: readonly number[]): tf.Variable =>
    makeVariable(`${variable.name}/${name}`, { shape, initializer: zerosInitializer(), trainable: false })
      .value;
  const biased = state('biased', variable.shape);
  const steps = state('local_step', []);
  const update = (): void => {
    follow(biased, value, decay);
    steps.assign(steps.add(tf.scalar(1)));
    variable.value.assign(biased.div(tf.scalar(1).sub(tf.scalar(decay).pow(steps))));
  };
  addUpdateOp(variable.name, update, collection);
}

/** `variable -= (variable - value) * (1 - decay)` */
export function follow(variable: tf.Variable, value: tf.Tensor, decay: number): void {
  variable.assign(variable.sub(variable.sub(value).mul(tf.scalar(1 - decay))));
}
