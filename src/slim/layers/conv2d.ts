import type * as tf from '@tensorflow/tfjs';
import { addArgScope } from '../arg-scope.ts';
import { convolution, type ConvolutionOptions } from './convolution.ts';
import type { SpatialSize } from './spatial-sizes.ts';

function convolution2d(
  inputs: tf.Tensor4D,
  numOutputs: number,
  kernelSize: SpatialSize,
  options?: ConvolutionOptions,
): tf.Tensor4D {
  return convolution(inputs, numOutputs, kernelSize, options ?? {}, 2);
}

/**
 * A convolution layer: variables `weights` [...kernelSize, channels, numOutputs] and, without a normalizer, `biases`
 * [numOutputs]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.conv2d`. Default scope: `Conv`.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param numOutputs Output channels.
 * @param kernelSize A number for all spatial dimensions, or one for each.
 * @returns The same, with `numOutputs` channels; `SAME` padding with stride 1 keeps the size.
 * @throws RangeError when the rank, a size, or stride and rate together, do not fit.
 */
export const conv2d = addArgScope(convolution2d);
