import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { argumentsInScope, scopeOf } from './scoped-arguments.ts';

/**
 * Applies a layer several times, each to the output of the one before, in scopes of their own: `conv3/conv3_1`,
 * `conv3/conv3_2` for a `scope` of `conv3`, `Repeat/convolution2d_1` without one.
 *
 * Source: `tf_slim.layers.repeat`.
 *
 * @param layer What it takes after the inputs follows; its options are the last of it, and get the `scope`.
 * @returns The output of the last.
 */
export function repeat<T extends tf.Tensor, A extends readonly unknown[]>(
  inputs: T,
  repetitions: number,
  layer: (inputs: NoInfer<T>, ...args: A) => NoInfer<T>,
  ...args: A
): T {
  const scope = scopeOf(args);
  return variableScope(scope ?? null, 'Repeat', () => {
    let outputs = inputs;
    for (let number = 1; number <= repetitions; number++) {
      outputs = layer(outputs, ...argumentsInScope(layer, args, `${scope ?? layer.name}_${number}`));
    }
    return outputs;
  });
}
