import type * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../scope/arg-scope.ts';
import { operationName } from '../scope/variable-scope.ts';
import { LAYER_OPTIONS, type LayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';
import { spatialSizes, tfjsPadding, type Padding, type SpatialSize } from './spatial-sizes.ts';

export interface PoolOptions extends LayerOptions {
  /** Default 2. */
  readonly stride?: SpatialSize;
  /** Default 'VALID'. */
  readonly padding?: Padding;
}

/** The names of {@link PoolOptions}. */
export const POOL_OPTIONS = {
  ...LAYER_OPTIONS,
  stride: true,
  padding: true,
} satisfies OptionNames<PoolOptions>;

/** What pools windows of the inputs, by TF.js's way of giving their sizes. */
type Pooling<T> = (kernel: number[], strides: number[], padding: 'same' | 'valid') => T;

/** What the pooling layers share: sizes checked, the output collected under the layer's name. */
export function poolLayer<T extends tf.Tensor>(
  defaultScope: string,
  inputs: T,
  spatialDimensions: number,
  kernelSize: SpatialSize,
  options: PoolOptions,
  pooling: Pooling<T>,
): T {
  if (inputs.rank !== spatialDimensions + 2) {
    throw new RangeError(
      `${defaultScope} takes inputs of rank ${spatialDimensions + 2}, not ${inputs.rank}: [${inputs.shape.join(', ')}].`,
    );
  }
  const { scope, stride = 2, padding = 'VALID' } = options;
  const name = operationName(scope ?? defaultScope);
  const kernel = spatialSizes('kernelSize', spatialDimensions, kernelSize);
  const strides = spatialSizes('stride', spatialDimensions, stride);
  return collectOutputs(options, name, pooling(kernel, strides, tfjsPadding(padding)));
}
