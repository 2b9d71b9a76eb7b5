import * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { CONV_TRANSPOSE_OPTIONS, type ConvTransposeOptions } from './conv-transpose-options.ts';
import { layer } from './layer.ts';
import { spatialSizes, tfjsPadding, transposedSize, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

/**
 * A transposed convolution of volumes: variables `weights` [...kernelSize, numOutputs, channels] and, without a
 * normalizer, `biases` [numOutputs]; ReLU unless told otherwise.
 *
 * Source: `tf_slim.layers.conv3d_transpose`. Default scope: `Conv3d_transpose`.
 *
 * @param inputs float32 [batch, depth, height, width, channels].
 * @param numOutputs Output channels.
 * @param kernelSize A number for all spatial dimensions, or one for each.
 * @returns float32 [batch, stride * depth, stride * height, stride * width, numOutputs], or more by the kernel with
 * `VALID` padding.
 * @throws RangeError when the rank or a size does not fit.
 */
export const conv3dTranspose = layer(
  'convolution3d_transpose',
  CONV_TRANSPOSE_OPTIONS,
  (
    inputs: tf.Tensor5D,
    numOutputs: number,
    kernelSize: SpatialSize,
    options?: ConvTransposeOptions,
  ): tf.Tensor5D => {
    const own = options ?? {};
    const { stride = 1, padding = 'SAME', scope = null } = own;
    const kernel = spatialSizes('kernelSize', 3, kernelSize);
    const strides = spatialSizes('stride', 3, stride);
    return variableScope(
      scope,
      'Conv3d_transpose',
      fullScope => {
        const [batch, ...spatial] = inputs.shape.slice(0, -1);
        const weights = layerWeights([...kernel, numOutputs, inputs.shape[4]], own);
        const sizes = spatial.map((size, i) =>
          transposedSize(size, kernel[i] ?? 1, strides[i] ?? 1, padding),
        );
        const outputShape = [batch ?? 1, ...sizes, numOutputs];
        const outputs = transposedConvolution(inputs, weights, outputShape, strides, tfjsPadding(padding));
        return finishWeightsLayer(outputs, fullScope, own);
      },
      own,
    );
  },
);

/** `tf.conv3dTranspose`, which has no gradient in TF.js: that of a convolution's gradient are convolutions. */
function transposedConvolution(
  inputs: tf.Tensor5D,
  weights: tf.Tensor,
  outputShape: readonly number[],
  strides: readonly number[],
  pad: 'same' | 'valid',
): tf.Tensor5D {
  const by = strides as [number, number, number];
  const convolve = tf.customGrad((x, filter, saver) => {
    (saver as unknown as (tensors: tf.Tensor[]) => void)([x as tf.Tensor, filter as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [volumes, kernel] = saved as [tf.Tensor5D, tf.Tensor5D];
      const attributes = { strides: [...by], pad, filterShape: kernel.shape };
      return [
        tf.conv3d(dy as tf.Tensor5D, kernel, by, pad),
        tf.engine().runKernel<tf.Tensor>('Conv3DBackpropFilterV2', { x: dy, dy: volumes }, attributes),
      ];
    };
    const value = tf.conv3dTranspose(
      x as tf.Tensor5D,
      filter as tf.Tensor5D,
      outputShape as [number, number, number, number, number],
      by,
      pad,
    );
    return { value, gradFunc };
  });
  return convolve(inputs, weights);
}
