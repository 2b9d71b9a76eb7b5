import * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../scope/arg-scope.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { WEIGHTS_LAYER_OPTIONS, type WeightsLayerOptions } from './weights-layer-options.ts';
import { spatialSizes, tfjsPadding, type Padding, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

export interface Conv2dInPlaneOptions extends WeightsLayerOptions {
  /** Default 1. */
  readonly stride?: SpatialSize;
  /** Default 'SAME'. */
  readonly padding?: Padding;
}

const CONV2D_IN_PLANE_OPTIONS = {
  ...WEIGHTS_LAYER_OPTIONS,
  stride: true,
  padding: true,
} satisfies OptionNames<Conv2dInPlaneOptions>;

/**
 * The same convolution of each channel by itself, as an image's gradients are: variables `weights` [...kernelSize, 1, 1],
 * shared by all channels, and, without a normalizer, `biases` [channels]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.conv2d_in_plane`. Default scope: `ConvInPlane`.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param kernelSize A number for both spatial dimensions, or one for each.
 * @returns float32 [batch, height, width, channels]; `SAME` padding with stride 1 keeps the size.
 * @throws RangeError when a size does not fit.
 */
export const conv2dInPlane = layer(
  'convolution2d_in_plane',
  CONV2D_IN_PLANE_OPTIONS,
  (inputs: tf.Tensor4D, kernelSize: SpatialSize, options?: Conv2dInPlaneOptions): tf.Tensor4D => {
    const own = options ?? {};
    return variableScope(
      own.scope ?? null,
      'ConvInPlane',
      scope => {
        const weights = layerWeights([...spatialSizes('kernelSize', 2, kernelSize), 1, 1], own);
        const ofEachChannel = weights.tile<tf.Tensor4D>([1, 1, inputs.shape[3], 1]);
        const strides = spatialSizes('stride', 2, own.stride ?? 1) as [number, number];
        const outputs = tf.depthwiseConv2d(
          inputs,
          ofEachChannel,
          strides,
          tfjsPadding(own.padding ?? 'SAME'),
        );
        return finishWeightsLayer(outputs, scope, own);
      },
      own,
    );
  },
);
