import * as tf from '@tensorflow/tfjs';
import { constantInitializer } from '../initializers/constant.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { VARIABLE_LAYER_OPTIONS, type VariableLayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';
import { layerVariable } from './layer-variable.ts';

export interface SpatialSoftmaxOptions extends VariableLayerOptions {
  /** The first value of the variable `temperature`, by which features are divided. Default 1. */
  readonly temperature?: number;
}

/**
 * Where in the image each channel is active: the mean position under a softmax over all pixels, from -1 to 1. The first
 * coordinate goes along the height, as TF-Slim's does.
 *
 * Source: `tf_slim.layers.spatial_softmax` (Finn et al., 2016). Variable: `temperature`, a scalar. Default scope:
 * `spatial_softmax`.
 *
 * @param features float32 [batch, height, width, channels].
 * @returns float32 [batch, 2 * channels]: x and y of the first channel, then of the next.
 */
export const spatialSoftmax = layer(
  'spatial_softmax',
  { ...VARIABLE_LAYER_OPTIONS, temperature: true },
  (features: tf.Tensor4D, options?: SpatialSoftmaxOptions): tf.Tensor2D => {
    const own = options ?? {};
    return variableScope(
      own.scope ?? null,
      'spatial_softmax',
      scope => {
        const initializer = constantInitializer(own.temperature ?? 1);
        const temperature = layerVariable('temperature', [], initializer, own);
        return collectOutputs(own, scope, expectedPositions(features, temperature));
      },
      own,
    );
  },
);

function expectedPositions(features: tf.Tensor4D, temperature: tf.Tensor): tf.Tensor2D {
  const [, height, width, channels] = features.shape;
  const byChannel = features.transpose([0, 3, 1, 2]).reshape([-1, height * width]);
  const attention = byChannel.div(temperature).softmax();
  const x = tf.linspace(-1, 1, height).expandDims(1).tile([1, width]).reshape([1, -1]);
  const y = tf.linspace(-1, 1, width).expandDims(0).tile([height, 1]).reshape([1, -1]);
  const positions = tf.stack([attention.mul(x).sum(1), attention.mul(y).sum(1)], 1);
  return positions.reshape([-1, 2 * channels]);
}
