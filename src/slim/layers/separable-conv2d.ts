import * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import type { Initializer } from '../scope/slim-variable.ts';
import { CONVOLUTION_OPTIONS, type ConvolutionOptions } from './convolution.ts';
import { dilate } from './convolve.ts';
import { layer } from './layer.ts';
import { spatialSizes, tfjsPadding, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

export interface SeparableConv2dOptions extends ConvolutionOptions {
  /** Outputs of the depthwise convolution for each input channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Of the pointwise weights. Default: `weightsInitializer`. */
  readonly pointwiseInitializer?: Initializer;
}

/**
 * A convolution of each channel by itself, then one over the channels: variables `depthwise_weights` [...kernelSize,
 * channels, depthMultiplier], `pointwise_weights` [1, 1, channels * depthMultiplier, numOutputs] and, without a
 * normalizer, `biases`; ReLU unless told otherwise. The regularizer is that of both weights.
 *
 * Source: `tf_slim.layers.separable_conv2d`. Default scope: `SeparableConv2d`.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param numOutputs Output channels; null leaves out the pointwise convolution, for channels * depthMultiplier of them.
 * @param kernelSize A number for both spatial dimensions, or one for each.
 * @throws RangeError when a size, or stride and rate together, do not fit.
 */
export const separableConv2d = layer(
  'separable_convolution2d',
  { ...CONVOLUTION_OPTIONS, depthMultiplier: true, pointwiseInitializer: true },
  (
    inputs: tf.Tensor4D,
    numOutputs: number | null,
    kernelSize: SpatialSize,
    options?: SeparableConv2dOptions,
  ): tf.Tensor4D => {
    const own = options ?? {};
    return variableScope(
      own.scope ?? null,
      'SeparableConv2d',
      scope => {
        const depthwise = depthwiseConvolution(inputs, spatialSizes('kernelSize', 2, kernelSize), own);
        const outputs = numOutputs === null ? depthwise : pointwiseConvolution(depthwise, numOutputs, own);
        return finishWeightsLayer(outputs, scope, own);
      },
      own,
    );
  },
);

function depthwiseConvolution(
  inputs: tf.Tensor4D,
  kernel: readonly number[],
  options: SeparableConv2dOptions,
): tf.Tensor4D {
  const { depthMultiplier = 1, stride = 1, rate = 1, padding = 'SAME' } = options;
  const weights = layerWeights([...kernel, inputs.shape[3], depthMultiplier], options, 'depthwise_weights');
  const sizes = { strides: spatialSizes('stride', 2, stride), padding, rate: spatialSizes('rate', 2, rate) };
  return dilate(inputs, kernel, sizes, (images, strides, border) =>
    tf.depthwiseConv2d(
      images as tf.Tensor4D,
      weights as tf.Tensor4D,
      strides as [number, number],
      tfjsPadding(border),
    ),
  );
}

function pointwiseConvolution(
  inputs: tf.Tensor4D,
  numOutputs: number,
  options: SeparableConv2dOptions,
): tf.Tensor4D {
  const initializer = options.pointwiseInitializer ?? options.weightsInitializer;
  const weights = layerWeights(
    [1, 1, inputs.shape[3], numOutputs],
    options,
    'pointwise_weights',
    initializer,
  );
  return tf.conv2d(inputs, weights as tf.Tensor4D, 1, 'valid');
}
