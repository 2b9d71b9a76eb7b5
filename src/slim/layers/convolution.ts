import type * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../scope/arg-scope.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { convolve, dilate } from './convolve.ts';
import { WEIGHTS_LAYER_OPTIONS, type WeightsLayerOptions } from './weights-layer-options.ts';
import { spatialSizes, type Padding, type SpatialSize } from './spatial-sizes.ts';
import { finishWeightsLayer, layerWeights } from './weights-layer.ts';

export interface ConvolutionOptions extends WeightsLayerOptions {
  /** Default 1. */
  readonly stride?: SpatialSize;
  /** Default 'SAME'. */
  readonly padding?: Padding;
  /** Dilation: how far apart the pixels are that a kernel sees. Above 1 only with stride 1. Default 1. */
  readonly rate?: SpatialSize;
}

/** The names of {@link ConvolutionOptions}. */
export const CONVOLUTION_OPTIONS = {
  ...WEIGHTS_LAYER_OPTIONS,
  stride: true,
  padding: true,
  rate: true,
} satisfies OptionNames<ConvolutionOptions>;

/** The layer that conv1d, conv2d and conv3d are. Source: `tf_slim.layers.convolution`. */
export function convolution<T extends tf.Tensor>(
  inputs: T,
  numOutputs: number,
  kernelSize: SpatialSize,
  options: ConvolutionOptions,
  spatialDimensions: number,
): T {
  if (inputs.rank !== spatialDimensions + 2) {
    throw new RangeError(
      `conv${spatialDimensions}d takes inputs of rank ${spatialDimensions + 2}, not ${inputs.rank}: [${inputs.shape.join(', ')}].`,
    );
  }
  const { scope = null, stride = 1, rate = 1, padding = 'SAME' } = options;
  return variableScope(
    scope,
    'Conv',
    fullScope => {
      const kernel = spatialSizes('kernelSize', spatialDimensions, kernelSize);
      const weights = layerWeights([...kernel, inputs.shape.at(-1) ?? 1, numOutputs], options);
      const strides = spatialSizes('stride', spatialDimensions, stride);
      const sizes = { strides, padding, rate: spatialSizes('rate', spatialDimensions, rate) };
      const outputs = dilate(inputs, kernel, sizes, (images, by, border) =>
        convolve(images, weights, by, border),
      );
      return finishWeightsLayer(outputs, fullScope, options);
    },
    options,
  );
}
