import * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { CONV_TRANSPOSE_OPTIONS, type ConvTransposeOptions } from './conv-transpose-options.ts';
import { layer } from './layer.ts';
import { spatialSizes, tfjsPadding, transposedSize, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

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
  CONV_TRANSPOSE_OPTIONS,
  (
    inputs: tf.Tensor4D,
    numOutputs: number,
    kernelSize: SpatialSize,
    options?: ConvTransposeOptions,
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
