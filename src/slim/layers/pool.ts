import * as tf from '@tensorflow/tfjs';
import { operationName } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { collectOutputs } from './layer-outputs.ts';
import { POOL_OPTIONS, type PoolOptions } from './pool-layer.ts';
import { spatialSizes, tfjsPadding, type SpatialSize } from './spatial-sizes.ts';

export interface GeneralPoolOptions extends PoolOptions {
  /** Default 1, other than in `maxPool2d` and `avgPool2d`. */
  readonly stride?: SpatialSize;
  /** How far apart the pixels of a window are. Above 1 only with stride 1. Default 1. */
  readonly dilationRate?: SpatialSize;
}

/**
 * The greatest value or the average of each window, of which pixels may be left out.
 *
 * Source: `tf_slim.layers.pool`, over two spatial dimensions.
 *
 * @param inputs float32 [batch, height, width, channels].
 * @param kernelSize A number for both spatial dimensions, or one for each.
 * @throws RangeError when a size, or stride and rate together, do not fit.
 */
export const pool = layer(
  'pool',
  { ...POOL_OPTIONS, dilationRate: true },
  (
    inputs: tf.Tensor4D,
    kernelSize: SpatialSize,
    poolingType: 'AVG' | 'MAX',
    options?: GeneralPoolOptions,
  ): tf.Tensor4D => {
    const { stride = 1, dilationRate = 1, padding = 'VALID', scope } = options ?? {};
    const type = poolingType === 'AVG' ? 'avg' : 'max';
    const name = operationName(scope ?? `${type}_pool`);
    const sizes = (option: string, size: SpatialSize): [number, number] =>
      spatialSizes(option, 2, size) as [number, number];
    const outputs = tf.pool(
      inputs,
      sizes('kernelSize', kernelSize),
      type,
      tfjsPadding(padding),
      sizes('dilationRate', dilationRate),
      sizes('stride', stride),
    );
    return collectOutputs(options ?? {}, name, outputs);
  },
);
