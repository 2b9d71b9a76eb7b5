import * as tf from '@tensorflow/tfjs';
import { liveValue } from '../../backends/graph/live-value.ts';
import type { HyperParameter } from './optimizer.ts';

type HyperParameterFunction = Exclude<HyperParameter, number>;

const pure = new WeakSet<HyperParameterFunction>();

/** Says of a function that it is TF.js operations on the step and nothing else: it may become part of a graph. */
export function markPure<T extends HyperParameterFunction>(value: T): T {
  pure.add(value);
  return value;
}

/**
 * The value of a hyperparameter at a step. A function of the user's may follow anything, a variable in JavaScript or a
 * list of rates: it is asked before each step, also where the step is a graph.
 */
export function hyperParameter(value: HyperParameter, globalStep: tf.Scalar): tf.Scalar {
  if (typeof value === 'number') return tf.scalar(value);
  return pure.has(value) ? value(globalStep) : liveValue(value, globalStep);
}
