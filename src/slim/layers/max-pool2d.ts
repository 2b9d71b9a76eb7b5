import * as tf from '@tensorflow/tfjs';
import { addArgScope } from '../arg-scope.ts';
import { poolLayer, type PoolOptions } from './pool-layer.ts';
import type { SpatialSize } from './spatial-sizes.ts';

function maxPool2dLayer(inputs: tf.Tensor4D, kernelSize: SpatialSize, options?: PoolOptions): tf.Tensor4D {
  return poolLayer('MaxPool2D', inputs, 2, kernelSize, options ?? {}, (kernel, strides, padding) =>
    tf.maxPool(inputs, kernel as [number, number], strides as [number, number], padding),
  );
}

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
export const maxPool2d = addArgScope(maxPool2dLayer);
