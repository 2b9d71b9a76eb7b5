import * as tf from '@tensorflow/tfjs';
import { schedule, type Schedule } from './schedule.ts';

/**
 * A constant per interval of the step: `values[0]` up to and including `boundaries[0]`, `values[1]` after it up to and
 * including `boundaries[1]`, and so on.
 *
 * Source: `tf.compat.v1.train.piecewise_constant`.
 *
 * @param boundaries Steps, strictly increasing.
 * @param values Rates, one more than `boundaries`.
 * @throws RangeError when the lengths do not fit or the boundaries do not increase.
 */
export function piecewiseConstant(boundaries: readonly number[], values: readonly number[]): Schedule {
  const [first, ...later] = values;
  if (first === undefined || later.length !== boundaries.length) {
    throw new RangeError(
      `piecewiseConstant takes one value more than boundaries; got ${boundaries.length} boundaries and ${values.length} values.`,
    );
  }
  if (boundaries.some((boundary, i) => boundary <= (boundaries[i - 1] ?? -Infinity))) {
    throw new RangeError(`The boundaries of piecewiseConstant must increase: ${boundaries.join(', ')}.`);
  }
  return schedule(first, (rate, step) =>
    later.reduce(
      (current, value, i) => tf.where(step.greater(tf.scalar(boundaries[i] ?? 0)), tf.scalar(value), current),
      rate,
    ),
  );
}
