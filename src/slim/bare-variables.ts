import * as tf from '@tensorflow/tfjs';

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
        `tf.variable() was called while the model was run${callerOf(new Error().stack)}: it would make a new variable in each step. ` +
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

/** ` at FILE:LINE:COLUMN` of the first stack frame that is neither TF.js's nor this file's. */
function callerOf(stack: string | undefined): string {
  const frames = (stack ?? '').split('\n').slice(1);
  const users = frames.find(
    frame => !/bare-variables|@tensorflow|node_modules|slim-training\.js|\(node:/.test(frame),
  );
  const place = users === undefined ? null : /\(?([^\s(]+:\d+:\d+)\)?$/.exec(users);
  return place?.[1] === undefined ? '' : ` at ${place[1]}`;
}
