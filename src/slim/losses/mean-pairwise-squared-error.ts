import * as tf from '@tensorflow/tfjs';
import { addNamedLoss } from './collection.ts';
import { checkSameShape } from './same-shape.ts';
import {
  asWeights,
  checkBroadcastable,
  checkLeading,
  numPresentPerSample,
  presence,
  safeDivide,
  scaleLosses,
  type Weights,
} from './weights.ts';

export interface MeanPairwiseSquaredErrorOptions {
  /** A number, a scalar or one per sample: [batch]. Default 1. */
  readonly weights?: Weights;
  /**
   * Left out, TF-Slim's formula, which divides by n and n^2 for n elements of a sample. Given, that of
   * `tf.compat.v1.losses`, which divides by n - 1 and n (n - 1), with its rule for weights.
   */
  readonly reduction?: 'sumByNonzeroWeights';
  /** What the loss is named by, instead of its function. */
  readonly scope?: string;
}

/**
 * How differences between pairs of elements within a sample differ from those of the labels, summed over the batch and
 * added to the losses of the pass.
 *
 * Source: `tf_slim.losses.mean_pairwise_squared_error`.
 *
 * @param predictions [batch, d0, ... dN], computed in float32.
 * @param labels The shape of `predictions`.
 * @returns A float32 scalar.
 * @throws RangeError when the shapes, or the weights, do not fit.
 */
export function meanPairwiseSquaredError(
  predictions: tf.Tensor,
  labels: tf.Tensor,
  options: MeanPairwiseSquaredErrorOptions = {},
): tf.Scalar {
  checkSameShape(['predictions', 'labels'], predictions, labels);
  const differences = predictions.toFloat().sub(labels.toFloat());
  const weights = asWeights(options.weights ?? 1);
  const loss =
    options.reduction === undefined ? slimLoss(differences, weights) : tensorFlowLoss(differences, weights);
  addNamedLoss(loss, options.scope ?? 'mean_pairwise_squared_error');
  return loss;
}

function slimLoss(differences: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const perSample = differences.reshape([differences.shape[0], -1]);
  const sumOfSquares = perSample.square().sum(1);
  // TF-Slim lets [batch, 1] pass and multiplies each sample's loss by the weights of all.
  checkLeading(weights, sumOfSquares);
  const present = numPresentPerSample(differences, weights);
  const squares = safeDivide(sumOfSquares, present);
  const sums = safeDivide(perSample.sum(1).square(), present.square());
  const loss = scaleLosses(squares.sub(sums).mul(tf.scalar(2)), weights);
  return tf.where(present.sum().greater(tf.scalar(0)), loss, tf.scalar(0));
}

function tensorFlowLoss(differences: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  checkBroadcastable(weights, differences);
  const axes = differences.shape.map((_, axis) => axis).slice(1);
  const one = tf.scalar(1);
  const present = presence(weights, differences).sum(axes, true);
  const others = present.sub(one);
  const squares = safeDivide(differences.square().sum(axes, true), others.relu());
  const sums = safeDivide(differences.sum(axes, true).square(), present.mul(others).relu());
  const loss = squares.sub(sums).mul(tf.scalar(2)).mul(weights).sum();
  return tf.where(present.sum().greater(tf.scalar(0)), loss, tf.scalar(0)).asScalar();
}
