import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { WEIGHTS_LAYER_OPTIONS, type WeightsLayerOptions } from './weights-layer-options.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

/**
 * A layer in which each output sees each input: variables `weights` [inputs, numOutputs] and, without a normalizer,
 * `biases` [numOutputs]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.fully_connected`. Default scope: `fully_connected`.
 *
 * @param inputs float32 [batch, ..., inputs]; every dimension but the last stays.
 * @param numOutputs Outputs of the layer.
 * @returns float32 [batch, ..., numOutputs].
 * @throws RangeError when the rank or `numOutputs` does not fit.
 */
export const fullyConnected = layer(
  'fully_connected',
  WEIGHTS_LAYER_OPTIONS,
  <T extends tf.Tensor>(inputs: T, numOutputs: number, options?: WeightsLayerOptions): T => {
    if (inputs.rank < 2) {
      throw new RangeError(
        `fullyConnected takes inputs of rank 2 at least, not ${inputs.rank}: [${inputs.shape.join(', ')}].`,
      );
    }
    if (!Number.isInteger(numOutputs) || numOutputs < 1) {
      throw new RangeError(`numOutputs of fullyConnected must be a positive integer, not ${numOutputs}.`);
    }
    const own = options ?? {};
    return variableScope(
      own.scope ?? null,
      'fully_connected',
      scope => {
        const channels = inputs.shape.at(-1) ?? 1;
        const weights = layerWeights([channels, numOutputs], own);
        const rows = inputs.reshape<tf.Tensor2D>([-1, channels]);
        const outputs = rows.matMul(weights).reshape<T>([...inputs.shape.slice(0, -1), numOutputs]);
        return finishWeightsLayer(outputs, scope, own);
      },
      own,
    );
  },
);
