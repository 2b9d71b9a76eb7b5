import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { activate } from './activation.ts';
import { layer } from './layer.ts';
import { collectOutputs } from './layer-outputs.ts';
import { NORM_OPTIONS, normParameters, type NormInitializers, type NormOptions } from './norm-parameters.ts';
import { moments, scaleAndShift, standardize } from './standardize.ts';

export interface InstanceNormOptions extends NormOptions {
  /** Multiplies by `gamma`. Default true. */
  readonly scale?: boolean;
  /** Added to the variance. Default 1e-6. */
  readonly epsilon?: number;
  /** Initial values, by variable. */
  readonly paramInitializers?: NormInitializers;
}

/**
 * Normalizes each channel of each sample to mean 0 and variance 1 over its pixels, then scales and shifts by `gamma` and
 * `beta`, [channels] each.
 *
 * Source: `tf_slim.layers.instance_norm` (Ulyanov et al., 2016). Default scope: `InstanceNorm`.
 *
 * @param inputs float32 [batch, ...spatial, channels].
 * @returns The shape of `inputs`.
 * @throws RangeError when there is no spatial dimension.
 */
export const instanceNorm = layer(
  'instance_norm',
  { ...NORM_OPTIONS, epsilon: true, paramInitializers: true },
  <T extends tf.Tensor>(inputs: T, options?: InstanceNormOptions): T => {
    const own = options ?? {};
    const { epsilon = 1e-6, scale = true } = own;
    if (inputs.rank < 3) {
      throw new RangeError(
        `instanceNorm takes inputs of rank 3 at least, not ${inputs.rank}: [${inputs.shape.join(', ')}].`,
      );
    }
    return variableScope(
      own.scope ?? null,
      'InstanceNorm',
      scope => {
        const { gamma, beta } = normParameters(
          [inputs.shape.at(-1) ?? 1],
          { ...own, scale },
          own.paramInitializers,
        );
        const axes = inputs.shape.map((_, axis) => axis).slice(1, -1);
        const normalized = standardize(inputs, moments(inputs, axes), axes, epsilon);
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
