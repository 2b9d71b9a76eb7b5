import * as tf from '@tensorflow/tfjs';
import { userLineOf } from '../../backends/graph/source-line.ts';

type MakeVariable = ReturnType<typeof tf.engine>['makeVariable'];

let isOwn = false;

/** Makes a TF.js variable for one of ours, also where {@link refuseBareVariables} is in force. */
export function makeOwnVariable(value: tf.Tensor, trainable: boolean): tf.Variable {
  const before = isOwn;
  isOwn = true;
  try {
    return tf.variable(value, trainable);
  } finally {
    isOwn = before;
  }
}

/**
 * Runs `fn` in a way that `tf.variable()` in it throws: a pass is run once a step, so such a variable would be a new one in
 * each, trained by nothing and kept for ever. TF.js has no hook for it, hence the engine's method is overlaid meanwhile.
 */
export function refuseBareVariables<T>(fn: () => T): T {
  const engine: { makeVariable: MakeVariable } = tf.engine();
  const original = engine.makeVariable;
  engine.makeVariable = function (this: unknown, ...args: Parameters<MakeVariable>) {
    if (!isOwn) {
      throw new Error(
        `tf.variable() was called while the model was run${userLineOf(new Error().stack)}: it would make a new variable in each step. ` +
          `Make it with slim.variable(name, {shape, initializer}), which finds it again, or outside of the function.`,
      );
    }
    return original.apply(engine, args);
  };
  try {
    return fn();
  } finally {
    engine.makeVariable = original;
  }
}
