import type * as tf from '@tensorflow/tfjs';
import { variableScope } from '../scope/variable-scope.ts';
import { activate } from './activation.ts';
import { layer } from './layer.ts';
import { collectOutputs } from './layer-outputs.ts';
import { NORM_OPTIONS, normParameters, type NormInitializers, type NormOptions } from './norm-parameters.ts';
import { moments, scaleAndShift, standardize } from './standardize.ts';

export interface GroupNormOptions extends NormOptions {
  /** Groups of channels, a divisor of their number. Default 32. */
  readonly groups?: number;
  /** Default -1. */
  readonly channelsAxis?: number;
  /** The axes to normalize over, besides a group's channels. Default [-3, -2]: height and width. */
  readonly reductionAxes?: readonly number[];
  /** Multiplies by `gamma`. Default true. */
  readonly scale?: boolean;
  /** Added to the variance. Default 1e-6. */
  readonly epsilon?: number;
  /** Initial values, by variable. */
  readonly paramInitializers?: NormInitializers;
}

function positiveAxis(axis: number, inputs: tf.Tensor): number {
  const positive = axis < 0 ? axis + inputs.rank : axis;
  if (!(positive >= 0 && positive < inputs.rank)) {
    throw new RangeError(`Axis ${axis} is out of bounds for inputs of shape [${inputs.shape.join(', ')}].`);
  }
  return positive;
}

/**
 * Normalizes groups of channels of each sample to mean 0 and variance 1, then scales and shifts by `gamma` and `beta`,
 * [channels] each.
 *
 * Source: `tf_slim.layers.group_norm` (Wu and He, 2018). Default scope: `GroupNorm`.
 *
 * @param inputs float32, rank 4 unless `reductionAxes` say otherwise.
 * @returns The shape of `inputs`.
 * @throws RangeError when an axis is out of bounds, or the groups do not divide the channels.
 */
export const groupNorm = layer(
  'group_norm',
  {
    ...NORM_OPTIONS,
    groups: true,
    channelsAxis: true,
    reductionAxes: true,
    epsilon: true,
    paramInitializers: true,
  },
  <T extends tf.Tensor>(inputs: T, options?: GroupNormOptions): T => {
    const own = options ?? {};
    const { groups = 32, epsilon = 1e-6, scale = true } = own;
    const axis = positiveAxis(own.channelsAxis ?? -1, inputs);
    const reduced = (own.reductionAxes ?? [-3, -2]).map(reductionAxis => positiveAxis(reductionAxis, inputs));
    if (reduced.includes(axis))
      throw new RangeError(`reductionAxes of groupNorm include channelsAxis, ${axis}.`);
    const channels = inputs.shape[axis] ?? 1;
    if (channels % groups !== 0) {
      throw new RangeError(
        `${channels} channels do not make ${groups} groups of one size: choose a divisor of ${channels}.`,
      );
    }
    // The channels' axis becomes two: groups, and the channels of a group.
    const split = (shape: readonly number[]): number[] => [
      ...shape.slice(0, axis),
      groups,
      channels / groups,
      ...shape.slice(axis + 1),
    ];
    return variableScope(
      own.scope ?? null,
      'GroupNorm',
      scope => {
        const { gamma, beta } = normParameters([channels], { ...own, scale }, own.paramInitializers);
        const broadcast = split(inputs.shape.map(() => 1));
        const grouped = inputs.reshape(split(inputs.shape));
        const axes = [
          axis + 1,
          ...reduced.map(reductionAxis => (reductionAxis > axis ? reductionAxis + 1 : reductionAxis)),
        ];
        const normalized = standardize(grouped, moments(grouped, axes), axes, epsilon);
        const outputs = scaleAndShift(
          normalized,
          gamma?.reshape(broadcast) ?? null,
          beta?.reshape(broadcast) ?? null,
        );
        return collectOutputs(own, scope, activate(outputs.reshape(inputs.shape), own.activationFn) as T);
      },
      own,
    );
  },
);
