import * as tf from '@tensorflow/tfjs';
import { layer } from './layer.ts';
import { paddedAverage } from './padded-average.ts';
import { POOL_OPTIONS, poolLayer, type PoolOptions } from './pool-layer.ts';
import type { SpatialSize } from './spatial-sizes.ts';

/**
 * The average of each window. Padding does not count in an average.
 *
 * Source: `tf_slim.layers.avg_pool3d`.
 *
 * @param inputs float32 [batch, depth, height, width, channels].
 * @param kernelSize Size of a window: a number for all spatial dimensions, or one for each.
 * @returns float32, the channels as they were.
 * @throws RangeError when the rank or a size does not fit.
 */
export const avgPool3d = layer(
  'avg_pool3d',
  POOL_OPTIONS,
  (inputs: tf.Tensor5D, kernelSize: SpatialSize, options?: PoolOptions): tf.Tensor5D => {
    return poolLayer('AvgPool3D', inputs, 3, kernelSize, options ?? {}, (kernel, strides, padding) => {
      const average = (images: tf.Tensor5D): tf.Tensor5D =>
        tf.avgPool3d(
          images,
          kernel as [number, number, number],
          strides as [number, number, number],
          'valid',
        );
      return padding === 'same' ? paddedAverage(inputs, kernel, strides, average) : average(inputs);
    });
  },
);
