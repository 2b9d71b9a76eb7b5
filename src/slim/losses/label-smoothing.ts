import * as tf from '@tensorflow/tfjs';
import type { LossOptions, Reduction, ScalarReduction } from './weights.ts';

export interface LabelSmoothingOptions<R extends Reduction = ScalarReduction> extends LossOptions<R> {
  /** How far labels move towards even odds, 0..1. Default 0. */
  readonly labelSmoothing?: number;
}

/** Labels moved towards `target` (1/2 of two answers, 1/K of K classes) by `labelSmoothing`. */
export function smoothLabels(labels: tf.Tensor, target: number, labelSmoothing = 0): tf.Tensor {
  if (labelSmoothing <= 0) return labels;
  return labels.mul(tf.scalar(1 - labelSmoothing)).add(tf.scalar(labelSmoothing * target));
}
