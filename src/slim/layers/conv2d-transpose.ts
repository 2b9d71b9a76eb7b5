import * as tf from '@tensorflow/tfjs';
import { variableScope } from '../variable-scope.ts';
import { layer } from './layer.ts';
import type { WeightsLayerOptions } from './layer-options.ts';
import { spatialSizes, tfjsPadding, type Padding, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

export interface Conv2dTransposeOptions extends WeightsLayerOptions {
  /** How many times larger the output is. Default 1. */
  readonly stride?: SpatialSize;
  /** Default 'SAME'. */
  readonly padding?: Padding;
}

/** The size that a convolution with this stride would take to `size`. Source: `deconv_output_length` of Keras. */
function transposedSize(size: number, kernel: number, stride: number, padding: Padding): number {
  return size * stride + (padding === 'VALID' ? Math.max(kernel - stride, 0) : 0);
}

/**
 * A transposed convolution ("deconvolution"): variables `weights` [...kernelSize, numOutputs, channels] and, without a
 * normalizer, `biases` [numOutputs]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.conv2d_transpose`. Default scope: `Conv2d_transpose`.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param numOutputs Output channels.
 * @param kernelSize A number for both spatial dimensions, or one for each.
 * @returns float32 [batch, stride * height, stride * width, numOutputs], or more by the kernel with `VALID` padding.
 * @throws RangeError when the rank or a size does not fit.
 */
export const conv2dTranspose = layer(
  'convolution2d_transpose',
  (
    inputs: tf.Tensor4D,
    numOutputs: number,
    kernelSize: SpatialSize,
    options?: Conv2dTransposeOptions,
  ): tf.Tensor4D => {
    const own = options ?? {};
    const { stride = 1, padding = 'SAME', scope = null } = own;
    const [kernelHeight = 1, kernelWidth = 1] = spatialSizes('kernelSize', 2, kernelSize);
    const [strideHeight = 1, strideWidth = 1] = spatialSizes('stride', 2, stride);
    return variableScope(
      scope,
      'Conv2d_transpose',
      fullScope => {
        const [batch, height, width, channels] = inputs.shape;
        const weights = layerWeights([kernelHeight, kernelWidth, numOutputs, channels], own);
        const outputs = tf.conv2dTranspose(
          inputs,
          weights as tf.Tensor4D,
          [
            batch,
            transposedSize(height, kernelHeight, strideHeight, padding),
            transposedSize(width, kernelWidth, strideWidth, padding),
            numOutputs,
          ],
          [strideHeight, strideWidth],
          tfjsPadding(padding),
        );
        return finishWeightsLayer(outputs, fullScope, own);
      },
      own,
    );
  },
);
