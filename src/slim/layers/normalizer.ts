import type * as tf from '@tensorflow/tfjs';
import type { BatchNormOptions } from './batch-norm.ts';
import type { GroupNormOptions } from './group-norm.ts';
import type { InstanceNormOptions } from './instance-norm.ts';
import type { LayerNormOptions } from './layer-norm.ts';

/** Options of the normalizers there are; one of one's own that takes others gets them from a closure. */
export type NormalizerParams = BatchNormOptions | LayerNormOptions | GroupNormOptions | InstanceNormOptions;

interface Normalizer {
  // A method, because parameters of methods compare both ways: a normalizer takes one kind of the params, not each.
  normalize(inputs: tf.Tensor, params?: NormalizerParams): tf.Tensor;
}

/** Takes the place of biases in a layer. It keeps the shape. */
export type NormalizerFn = Normalizer['normalize'];
