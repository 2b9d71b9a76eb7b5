import * as tf from '@tensorflow/tfjs';
import { layer } from './layer.ts';
import { POOL_OPTIONS, poolLayer, type PoolOptions } from './pool-layer.ts';
import type { SpatialSize } from './spatial-sizes.ts';

/**
 * The greatest value of each window.
 *
 * Source: `tf_slim.layers.max_pool2d`.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param kernelSize Size of a window: a number for all spatial dimensions, or one for each.
 * @returns float32, the channels as they were.
 * @throws RangeError when the rank or a size does not fit.
 */
export const maxPool2d = layer(
  'max_pool2d',
  POOL_OPTIONS,
  (inputs: tf.Tensor4D, kernelSize: SpatialSize, options?: PoolOptions): tf.Tensor4D => {
    return poolLayer('MaxPool2D', inputs, 2, kernelSize, options ?? {}, (kernel, strides, padding) =>
      tf.maxPool(inputs, kernel as [number, number], strides as [number, number], padding),
    );
  },
);
