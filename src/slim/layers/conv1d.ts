import type * as tf from '@tensorflow/tfjs';
import { CONVOLUTION_OPTIONS, convolution, type ConvolutionOptions } from './convolution.ts';
import { layer } from './layer.ts';
import type { SpatialSize } from './spatial-sizes.ts';

/**
 * A convolution layer: variables `weights` [...kernelSize, channels, numOutputs] and, without a normalizer, `biases`
 * [numOutputs]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.conv1d`. Default scope: `Conv`.
 *
 * @param inputs float32 [batch, width, channels].
 * @param numOutputs Output channels.
 * @param kernelSize A number for all spatial dimensions, or one for each.
 * @returns The same, with `numOutputs` channels; `SAME` padding with stride 1 keeps the size.
 * @throws RangeError when the rank, a size, or stride and rate together, do not fit.
 */
export const conv1d = layer(
  'convolution1d',
  CONVOLUTION_OPTIONS,
  (
    inputs: tf.Tensor3D,
    numOutputs: number,
    kernelSize: SpatialSize,
    options?: ConvolutionOptions,
  ): tf.Tensor3D => convolution(inputs, numOutputs, kernelSize, options ?? {}, 1),
);
