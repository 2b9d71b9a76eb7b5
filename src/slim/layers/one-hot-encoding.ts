import * as tf from '@tensorflow/tfjs';
import { operationName } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { LAYER_OPTIONS, type LayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';

export interface OneHotEncodingOptions extends LayerOptions {
  /** Default 1. */
  readonly onValue?: number;
  /** Default 0. */
  readonly offValue?: number;
}

/**
 * Numbers of classes as rows with `onValue` at the class and `offValue` elsewhere; a number that is no class gives
 * `offValue` everywhere.
 *
 * Source: `tf_slim.layers.one_hot_encoding`.
 *
 * @param labels int32, any shape.
 * @returns float32 [...labels.shape, numClasses].
 */
export const oneHotEncoding = layer(
  'one_hot_encoding',
  { ...LAYER_OPTIONS, onValue: true, offValue: true },
  (labels: tf.Tensor, numClasses: number, options?: OneHotEncodingOptions): tf.Tensor => {
    const { onValue = 1, offValue = 0, scope } = options ?? {};
    const name = operationName(scope ?? 'OneHotEncoding');
    const oneHot = tf.oneHot(labels.toInt(), numClasses).toFloat();
    const outputs = oneHot.mul(tf.scalar(onValue - offValue)).add(tf.scalar(offValue));
    return collectOutputs(options ?? {}, name, outputs);
  },
);
