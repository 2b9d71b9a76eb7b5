import * as tf from '@tensorflow/tfjs';
import { xavierInitializer } from '../initializers/xavier.ts';
import { zerosInitializer } from '../initializers/zeros.ts';
import { activate } from './activation.ts';
import type { WeightsLayerOptions } from './weights-layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';
import { layerVariable } from './layer-variable.ts';

/** A layer's weights, made or found in the running variable scope. */
export function layerWeights(
  shape: readonly number[],
  options: WeightsLayerOptions,
  name = 'weights',
  initializer = options.weightsInitializer ?? xavierInitializer(),
): tf.Variable {
  return layerVariable(name, shape, initializer, options, {
    regularizer: options.weightsRegularizer,
    collectionsKey: 'weights',
  });
}

/** What follows the weights: normalizer or biases, activation, collections. Channels are the last dimension. */
export function finishWeightsLayer<T extends tf.Tensor>(
  outputs: T,
  scope: string,
  options: WeightsLayerOptions,
): T {
  const { activationFn = tf.relu } = options;
  const shifted = normalizeOrAddBiases(outputs, options);
  return collectOutputs(options, scope, activate(shifted, activationFn) as T);
}

function normalizeOrAddBiases(outputs: tf.Tensor, options: WeightsLayerOptions): tf.Tensor {
  const { normalizerFn, normalizerParams, biasesInitializer = zerosInitializer() } = options;
  if (normalizerFn) return normalizerFn(outputs, normalizerParams);
  if (biasesInitializer === null) return outputs;
  const channels = outputs.shape.at(-1) ?? 1;
  const biases = layerVariable('biases', [channels], biasesInitializer, options, {
    regularizer: options.biasesRegularizer,
  });
  return outputs.add(biases);
}
