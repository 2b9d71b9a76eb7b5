import * as tf from '@tensorflow/tfjs';
import { addUpdateOp } from '../scope/update-ops.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import type { Initializer, SlimVariable } from '../scope/slim-variable.ts';
import { addMovingAverage, follow } from './moving-average.ts';
import type { Moments } from './standardize.ts';

export interface RenormClipping {
  readonly rmin?: number;
  readonly rmax?: number;
  readonly dmax?: number;
}

/** What batch renormalization keeps beside the moving mean and variance, [channels] each. */
export interface RenormAverages {
  /** Of the standard deviation: its square becomes the moving variance. */
  readonly movingStddev: SlimVariable;
  /** Mean and standard deviation that batches are corrected towards while training. */
  readonly mean: SlimVariable;
  readonly stddev: SlimVariable;
}

/** @param make makes a variable that is not trained. Standard deviations begin as the root of the variance. */
export function renormAverages(
  make: (name: string, initializer: Initializer) => SlimVariable,
  meanInitializer: Initializer,
  varianceInitializer: Initializer,
): RenormAverages {
  const stddevInitializer: Initializer = (...args) => varianceInitializer(...args).sqrt();
  return {
    movingStddev: make('moving_stddev', stddevInitializer),
    mean: make('renorm_mean', meanInitializer),
    stddev: make('renorm_stddev', stddevInitializer),
  };
}

interface RenormOptions {
  readonly decay?: number;
  readonly epsilon: number;
  readonly renormClipping?: RenormClipping;
  readonly renormDecay?: number;
}

/**
 * Corrects values that were normalized by the batch's moments: `normalized * r + d`, in which r and d are taken for
 * constants; and adds the updates of all averages.
 *
 * Source: `BatchNormalization` of keras/layers/normalization/batch_normalization.py.
 */
export function renormalize(
  normalized: tf.Tensor,
  batch: Moments,
  moving: { readonly mean: SlimVariable; readonly variance: SlimVariable },
  averages: RenormAverages,
  { decay = 0.999, epsilon, renormClipping = {}, renormDecay = 0.99 }: RenormOptions,
): tf.Tensor {
  const [channels = 1] = moving.mean.shape;
  const mean = batch.mean.reshape([channels]);
  const stddev = batch.variance.reshape([channels]).add(tf.scalar(epsilon)).sqrt();
  const divisor = averages.stddev.value.maximum(tf.scalar(Math.sqrt(epsilon)));
  const { rmin = -Infinity, rmax = Infinity, dmax = Infinity } = renormClipping;
  const r = clipped(stddev.div(divisor), rmin, rmax);
  const d = clipped(mean.sub(averages.mean.value).div(divisor), -dmax, dmax);
  addMovingAverage(averages.mean, mean, renormDecay, GraphKeys.UPDATE_OPS);
  addMovingAverage(averages.stddev, stddev, renormDecay, GraphKeys.UPDATE_OPS);
  addMovingAverage(moving.mean, mean, decay, GraphKeys.UPDATE_OPS);
  addUpdateOp(
    moving.variance.name,
    () => {
      follow(averages.movingStddev.value, stddev, decay);
      const variance = averages.movingStddev.value.square().sub(tf.scalar(epsilon));
      moving.variance.value.assign(variance.relu());
    },
    GraphKeys.UPDATE_OPS,
  );
  return corrected(normalized, r, d);
}

function clipped(values: tf.Tensor, least: number, greatest: number): tf.Tensor {
  const raised = least === -Infinity ? values : values.maximum(tf.scalar(least));
  return greatest === Infinity ? raised : raised.minimum(tf.scalar(greatest));
}

function corrected(normalized: tf.Tensor, r: tf.Tensor, d: tf.Tensor): tf.Tensor {
  const correct = tf.customGrad((values, saver) => {
    (saver as (tensors: tf.Tensor[]) => void)([r]);
    return {
      value: (values as tf.Tensor).mul(r).add(d),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0] ?? r),
    };
  });
  return correct(normalized);
}
