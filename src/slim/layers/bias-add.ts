import type * as tf from '@tensorflow/tfjs';
import { zerosInitializer } from '../initializers/zeros.ts';
import { variableScope } from '../scope/variable-scope.ts';
import type { Initializer, Regularizer } from '../scope/slim-variable.ts';
import { activate } from './activation.ts';
import { layer } from './layer.ts';
import { VARIABLE_LAYER_OPTIONS, type ActivationFn, type VariableLayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';
import { layerVariable } from './layer-variable.ts';

export interface BiasAddOptions extends VariableLayerOptions {
  /** Default: none. */
  readonly activationFn?: ActivationFn | null;
  /** Default zeros. */
  readonly initializer?: Initializer;
  /** Default: none. */
  readonly regularizer?: Regularizer | null;
}

/**
 * Adds one bias for each channel: variable `biases` [channels].
 *
 * Source: `tf_slim.layers.bias_add`. Default scope: `BiasAdd`.
 *
 * @param inputs float32 [..., channels].
 * @returns The shape of `inputs`.
 */
export const biasAdd = layer(
  'bias_add',
  { ...VARIABLE_LAYER_OPTIONS, activationFn: true, initializer: true, regularizer: true },
  <T extends tf.Tensor>(inputs: T, options?: BiasAddOptions): T => {
    const own = options ?? {};
    const { initializer = zerosInitializer(), regularizer, scope = null } = own;
    return variableScope(
      scope,
      'BiasAdd',
      fullScope => {
        const biases = layerVariable('biases', [inputs.shape.at(-1) ?? 1], initializer, own, { regularizer });
        const outputs = inputs.add(biases);
        return collectOutputs(own, fullScope, activate(outputs, own.activationFn) as T);
      },
      own,
    );
  },
);
