import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { argumentsInScope, scopeOf } from './scoped-arguments.ts';

/**
 * Applies a layer once for each of `stackArgs`, each to the output of the one before, in scopes of their own: `fc/fc_1`,
 * `fc/fc_2` for a `scope` of `fc`, `Stack/fully_connected_1` without one.
 *
 * Source: `tf_slim.layers.stack`.
 *
 * @param stackArgs What the layer takes after the inputs, each time: one argument (`[32, 64]` for two fully connected
 * layers), or a list (`[[32, [3, 3]], [64, [1, 1]]]` for two convolutions).
 * @param options The layer's, the same each time but for the `scope`.
 * @returns The output of the last.
 */
export function stack<T extends tf.Tensor, A, O extends object>(
  inputs: T,
  layer: (inputs: NoInfer<T>, argument: A, options?: O) => NoInfer<T>,
  stackArgs: readonly A[],
  options?: O,
): T;
export function stack<T extends tf.Tensor, A extends readonly [unknown, unknown], O extends object>(
  inputs: T,
  layer: (inputs: NoInfer<T>, ...args: [...A, options?: O]) => NoInfer<T>,
  stackArgs: readonly A[],
  options?: O,
): T;
export function stack<T extends tf.Tensor>(
  inputs: T,
  layer: (inputs: T, ...args: unknown[]) => T,
  stackArgs: readonly unknown[],
  options: object = {},
): T {
  const scope = scopeOf([options]);
  return variableScope(scope ?? null, 'Stack', () =>
    stackArgs.reduce<T>((outputs, args, index) => {
      const own: readonly unknown[] = Array.isArray(args) ? args : [args];
      const name = `${scope ?? layer.name}_${index + 1}`;
      return layer(outputs, ...argumentsInScope(layer, [...own, options], name));
    }, inputs),
  );
}
