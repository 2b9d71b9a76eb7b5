import type * as tf from '@tensorflow/tfjs';
import { operationName } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { LAYER_OPTIONS, type LayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';

/**
 * Makes one row of each sample: [batch, ...] to [batch, size of a sample].
 *
 * Source: `tf_slim.layers.flatten`.
 */
export const flatten = layer(
  'flatten',
  LAYER_OPTIONS,
  (inputs: tf.Tensor, options?: LayerOptions): tf.Tensor2D => {
    const [batch = 1, ...rest] = inputs.shape;
    const size = rest.reduce((product, length) => product * length, 1);
    const name = operationName(options?.scope ?? 'Flatten');
    return collectOutputs(options ?? {}, name, inputs.reshape<tf.Tensor2D>([batch, size]));
  },
);
