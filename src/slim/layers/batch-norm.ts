import * as tf from '@tensorflow/tfjs';
import { fusedBatchNorm, type FusedBatchNorm } from '../../backends/native-kernels/fused-batch-norm.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { onesInitializer } from '../initializers/ones.ts';
import { zerosInitializer } from '../initializers/zeros.ts';
import { isTraining as passIsTraining } from '../scope/running-pass.ts';
import { variableScope } from '../scope/variable-scope.ts';
import type { Initializer, Regularizer, SlimVariable } from '../scope/slim-variable.ts';
import { activate } from './activation.ts';
import { layer } from './layer.ts';
import { collectOutputs } from './layer-outputs.ts';
import { modelVariableOfLayer } from './layer-variable.ts';
import { addMovingAverage, addZeroDebiasedMovingAverage } from './moving-average.ts';
import {
  NORM_OPTIONS,
  normParameters,
  type NormInitializers,
  type NormOptions,
  type NormParameters,
} from './norm-parameters.ts';
import { renormAverages, renormalize, type RenormAverages, type RenormClipping } from './batch-renorm.ts';
import { moments, scaleAndShift, standardize, type Moments } from './standardize.ts';

export interface BatchNormOptions extends NormOptions {
  /** Decay of the moving averages: lower it where training is short. Default 0.999. */
  readonly decay?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Multiplies by `gamma`. Default false: the next layer's weights do as well. */
  readonly scale?: boolean;
  /** Initial values, by variable. */
  readonly paramInitializers?: NormInitializers & {
    readonly moving_mean?: Initializer;
    readonly moving_variance?: Initializer;
  };
  /** Regularizers, by variable. */
  readonly paramRegularizers?: { readonly beta?: Regularizer; readonly gamma?: Regularizer };
  /**
   * The collection of the updates of the moving averages. Default `GraphKeys.UPDATE_OPS`, which the train op runs; null:
   * they run in each step, whatever the train op's `updateOps`.
   */
  readonly updatesCollections?: string | null;
  /** Normalizes by the batch, or else by the moving averages. Default: true in a loss, false in metrics. */
  readonly isTraining?: boolean;
  /** A weight for each sample, [batch]: the batch's moments become weighted ones. */
  readonly batchWeights?: tf.Tensor1D;
  /**
   * The kind of variance that the moving one follows, for inputs of rank 2 and 4: true, that of TensorFlow's fused
   * kernel, divided by N - 1 (Bessel); false, divided by N. With true, the native backend normalizes images by that kernel.
   * Default true.
   */
  readonly fused?: boolean;
  /** Divides out the zero that the moving mean begins with. Default false. */
  readonly zeroDebiasMovingMean?: boolean;
  /**
   * Batch renormalization (Ioffe, 2017): corrects the batch's moments towards moving ones while training, too, which small
   * batches profit from. Default false.
   */
  readonly renorm?: boolean;
  /** Bounds of the correction's scale (`rmin`, `rmax`) and shift (`dmax`). Default: none. */
  readonly renormClipping?: RenormClipping;
  /** Decay of the moments that are corrected towards. Default 0.99. */
  readonly renormDecay?: number;
  /** Changes normalized values while training: noise of one's own. Default: none. */
  readonly adjustment?: BatchNormAdjustment | null;
}

const EPSILON = 0.001;

/**
 * Given the shape of the inputs, what normalized values are multiplied by and what is then added, before `gamma` and `beta`:
 * both broadcast over the inputs. `shape => [slim.randomUniform([shape.at(-1) ?? 1], 0.93, 1.07), tf.scalar(0)]`
 */
export type BatchNormAdjustment = (shape: readonly number[]) => readonly [scale: tf.Tensor, bias: tf.Tensor];

interface MovingAverages {
  readonly mean: SlimVariable;
  readonly variance: SlimVariable;
  readonly renorm: RenormAverages | null;
}

function movingAverages(channels: number, options: BatchNormOptions): MovingAverages {
  const { moving_mean = zerosInitializer(), moving_variance = onesInitializer() } =
    options.paramInitializers ?? {};
  const make = (name: string, initializer: Initializer): SlimVariable =>
    modelVariableOfLayer(name, [channels], initializer, options, { trainable: false });
  return {
    mean: make('moving_mean', moving_mean),
    variance: make('moving_variance', moving_variance),
    renorm: options.renorm === true ? renormAverages(make, moving_mean, moving_variance) : null,
  };
}

/** Refuses what TF-Slim does not have together: it raises an error of renormalization, and forgets an adjustment. */
function checkTogether(options: BatchNormOptions): void {
  const { renorm, adjustment, batchWeights, zeroDebiasMovingMean, updatesCollections } = options;
  const name = renorm === true ? 'renorm' : adjustment ? 'adjustment' : null;
  if (name === null) return;
  const isUsual = updatesCollections === undefined || updatesCollections === GraphKeys.UPDATE_OPS;
  if (batchWeights !== undefined || zeroDebiasMovingMean === true || !isUsual) {
    throw new RangeError(
      `${name} of batchNorm is not supported with batchWeights, updatesCollections or zeroDebiasMovingMean.`,
    );
  }
}

function byAverages(
  inputs: tf.Tensor,
  { gamma, beta }: NormParameters,
  averages: MovingAverages,
  options: BatchNormOptions,
): tf.Tensor {
  const scale = averages.variance.value.add(tf.scalar(options.epsilon ?? EPSILON)).rsqrt();
  return scaleAndShift(inputs.sub(averages.mean.value).mul(scale), gamma, beta);
}

function byBatch(
  inputs: tf.Tensor,
  parameters: NormParameters,
  averages: MovingAverages,
  options: BatchNormOptions,
): tf.Tensor {
  const fused = averages.renorm === null ? byFusedKernel(inputs, parameters, options) : null;
  if (fused === null) {
    const { gamma, beta } = parameters;
    return scaleAndShift(adjusted(standardizeByBatch(inputs, averages, options), options), gamma, beta);
  }
  addUpdates(averages, fused, options);
  return fused.outputs;
}

/** null where the backend has none, or where it would give something else. */
function byFusedKernel(
  inputs: tf.Tensor,
  { gamma, beta }: NormParameters,
  options: BatchNormOptions,
): FusedBatchNorm | null {
  // The kernel keeps all cores busy, which inputs of rank 2 are too small for.
  if (inputs.rank !== 4 || !isFused(inputs, options)) return null;
  const channels = inputs.shape.slice(-1);
  const parameters = { scale: gamma ?? tf.ones(channels), offset: beta ?? tf.zeros(channels) };
  return fusedBatchNorm(tf, inputs, parameters, options.epsilon ?? EPSILON);
}

function standardizeByBatch(
  inputs: tf.Tensor,
  averages: MovingAverages,
  options: BatchNormOptions,
): tf.Tensor {
  const axes = inputs.shape.map((_, axis) => axis).slice(0, -1);
  const { epsilon = EPSILON, batchWeights } = options;
  const batch =
    batchWeights === undefined ? moments(inputs, axes) : weightedMoments(inputs, axes, batchWeights);
  if (averages.renorm !== null) {
    const normalized = standardize(inputs, batch, axes, epsilon);
    return renormalize(normalized, batch, averages, averages.renorm, { ...options, epsilon });
  }
  const variance = batch.variance.mul(tf.scalar(besselFactor(inputs, options)));
  addUpdates(averages, { mean: batch.mean, variance }, options);
  if (batchWeights === undefined) return standardize(inputs, batch, axes, epsilon);
  return inputs.sub(batch.mean).mul(batch.variance.add(tf.scalar(epsilon)).rsqrt());
}

function adjusted(normalized: tf.Tensor, { adjustment }: BatchNormOptions): tf.Tensor {
  if (!adjustment) return normalized;
  const [scale, bias] = adjustment(normalized.shape);
  return scaleAndShift(normalized, scale, bias);
}

/** Moments in which samples count by their weights. Source: `tf.nn.weighted_moments`. */
function weightedMoments(inputs: tf.Tensor, axes: readonly number[], batchWeights: tf.Tensor1D): Moments {
  const weights = batchWeights.toFloat().reshape([-1, ...axes.map(() => 1)]);
  const total = weights.broadcastTo([...inputs.shape.slice(0, -1), 1]).sum([...axes], true);
  const average = (values: tf.Tensor): tf.Tensor =>
    values
      .mul(weights)
      .sum([...axes], true)
      .div(total);
  const mean = average(inputs);
  // Not tf.squaredDifference: its gradient does not broadcast.
  return { mean, variance: average(inputs.sub(mean).square()) };
}

function addUpdates(averages: MovingAverages, batch: Moments, options: BatchNormOptions): void {
  const { decay = 0.999, updatesCollections = GraphKeys.UPDATE_OPS, zeroDebiasMovingMean = false } = options;
  const shape = averages.mean.shape;
  const follow = zeroDebiasMovingMean ? addZeroDebiasedMovingAverage : addMovingAverage;
  follow(averages.mean, batch.mean.reshape([...shape]), decay, updatesCollections);
  addMovingAverage(averages.variance, batch.variance.reshape([...shape]), decay, updatesCollections);
}

/** N / (N - 1) for N values a channel where TensorFlow would take its fused kernel, 1 elsewhere. */
function besselFactor(inputs: tf.Tensor, options: BatchNormOptions): number {
  const count = inputs.size / (inputs.shape.at(-1) ?? 1);
  return isFused(inputs, options) ? count / Math.max(count - 1, 1) : 1;
}

function isFused({ rank }: tf.Tensor, { fused = true, batchWeights, adjustment }: BatchNormOptions): boolean {
  return fused && batchWeights === undefined && !adjustment && (rank === 2 || rank === 4);
}

/**
 * Normalizes each channel to mean 0 and variance 1 over the batch while training, by moving averages of both
 * afterwards; then scales and shifts. Variables, [channels] each: `beta`, `gamma` (with `scale`), `moving_mean` and
 * `moving_variance`, and with `renorm` `moving_stddev`, `renorm_mean` and `renorm_stddev`. The updates of all but the first
 * two are added to the update ops.
 *
 * Source: `tf_slim.layers.batch_norm` (Ioffe and Szegedy, 2015). Default scope: `BatchNorm`.
 *
 * @param inputs float32 [batch, ..., channels].
 * @returns The shape of `inputs`.
 * @throws RangeError when `renorm` or `adjustment` comes with options that it is not supported with.
 */
export const batchNorm = layer(
  'batch_norm',
  {
    ...NORM_OPTIONS,
    decay: true,
    epsilon: true,
    paramInitializers: true,
    paramRegularizers: true,
    updatesCollections: true,
    isTraining: true,
    batchWeights: true,
    fused: true,
    zeroDebiasMovingMean: true,
    renorm: true,
    renormClipping: true,
    renormDecay: true,
    adjustment: true,
  },
  <T extends tf.Tensor>(inputs: T, options?: BatchNormOptions): T => {
    const own = options ?? {};
    checkTogether(own);
    return variableScope(
      own.scope ?? null,
      'BatchNorm',
      scope => {
        const channels = inputs.shape.at(-1) ?? 1;
        const parameters = { ...own, scale: own.scale ?? false };
        const trained = normParameters([channels], parameters, own.paramInitializers, {
          ...own.paramRegularizers,
        });
        const averages = movingAverages(channels, own);
        const isTraining = own.isTraining ?? passIsTraining();
        const normalized = isTraining
          ? byBatch(inputs, trained, averages, own)
          : byAverages(inputs, trained, averages, own);
        return collectOutputs(own, scope, activate(normalized, own.activationFn) as T);
      },
      own,
    );
  },
);
