import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { activate } from './activation.ts';
import { layer } from './layer.ts';
import { collectOutputs } from './layer-outputs.ts';
import { NORM_OPTIONS, normParameters, type NormOptions } from './norm-parameters.ts';
import { moments, scaleAndShift, standardize } from './standardize.ts';

export interface LayerNormOptions extends NormOptions {
  /** Multiplies by `gamma`. Default true. */
  readonly scale?: boolean;
  /** The first axis to normalize over; all after it belong to them. Default 1: each sample by itself. */
  readonly beginNormAxis?: number;
  /** The first axis that `beta` and `gamma` have. Default -1: channels only. */
  readonly beginParamsAxis?: number;
}

/** TF-Slim's, for float32. */
const EPSILON = 1e-12;

/**
 * Normalizes each sample to mean 0 and variance 1, then scales and shifts by `gamma` and `beta`.
 *
 * Source: `tf_slim.layers.layer_norm` (Ba et al., 2016). Default scope: `LayerNorm`.
 *
 * @param inputs float32, rank 2 at least, channels last.
 * @returns The shape of `inputs`.
 * @throws RangeError when an axis is not one of the inputs'.
 */
export const layerNorm = layer(
  'layer_norm',
  { ...NORM_OPTIONS, beginNormAxis: true, beginParamsAxis: true },
  <T extends tf.Tensor>(inputs: T, options?: LayerNormOptions): T => {
    const own = options ?? {};
    const { beginNormAxis = 1, beginParamsAxis = -1, scale = true } = own;
    if (beginNormAxis >= inputs.rank || beginParamsAxis >= inputs.rank) {
      throw new RangeError(
        `beginNormAxis (${beginNormAxis}) and beginParamsAxis (${beginParamsAxis}) of layerNorm must be less than the rank of the inputs (${inputs.rank}).`,
      );
    }
    return variableScope(
      own.scope ?? null,
      'LayerNorm',
      scope => {
        const { gamma, beta } = normParameters(inputs.shape.slice(beginParamsAxis), { ...own, scale });
        const axes = inputs.shape.map((_, axis) => axis).slice(beginNormAxis);
        const normalized = standardize(inputs, moments(inputs, axes), axes, EPSILON);
        return collectOutputs(
          own,
          scope,
          activate(scaleAndShift(normalized, gamma, beta), own.activationFn) as T,
        );
      },
      own,
    );
  },
);
