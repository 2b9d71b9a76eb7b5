import * as tf from '@tensorflow/tfjs';
import { addToCollection, getCollection, nameTensor } from '../scope/collection-access.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { operationName } from '../scope/variable-scope.ts';

/**
 * Adds a loss made outside of this module to a collection of the pass.
 *
 * Source: `tf_slim.losses.add_loss`.
 *
 * @param loss A float32 scalar.
 * @param lossCollection Default `GraphKeys.LOSSES`, which {@link getTotalLoss} sums; null adds it nowhere.
 */
export function addLoss(loss: tf.Scalar, lossCollection: string | null = GraphKeys.LOSSES): void {
  if (lossCollection !== null) addToCollection(lossCollection, loss);
}

/** Names a loss of ours after the scope it was given, or else after its function, and adds it to the losses. */
export function addNamedLoss(loss: tf.Scalar, scope: string): void {
  addLoss(nameTensor(loss, `${operationName(scope)}/value`));
}

/**
 * The losses of the pass, in the order of adding.
 *
 * Source: `tf_slim.losses.get_losses`.
 *
 * @param scope A regular expression that the loss's name has to match from its start.
 */
export function getLosses(scope?: string): tf.Scalar[] {
  return getCollection(GraphKeys.LOSSES, scope);
}

/**
 * The penalties of the pass that the regularizers of its variables gave.
 *
 * Source: `tf_slim.losses.get_regularization_losses`.
 *
 * @param scope A regular expression that the penalty's name has to match from its start.
 */
export function getRegularizationLosses(scope?: string): tf.Scalar[] {
  return getCollection(GraphKeys.REGULARIZATION_LOSSES, scope);
}

export interface TotalLossOptions {
  /** Whether the penalties of the regularizers belong to the sum. Default true. */
  readonly addRegularizationLosses?: boolean;
}

/**
 * The sum of the losses of the pass and, unless told otherwise, of its regularization losses.
 *
 * Source: `tf_slim.losses.get_total_loss`.
 *
 * @returns A float32 scalar.
 * @throws Error when there is no loss.
 */
export function getTotalLoss(options: TotalLossOptions = {}): tf.Scalar {
  const penalties = options.addRegularizationLosses === false ? [] : getRegularizationLosses();
  const losses = [...getLosses(), ...penalties];
  if (losses.length === 0) {
    throw new Error(
      'There is no loss to sum up: call one of slim.losses, or slim.losses.addLoss, before getTotalLoss.',
    );
  }
  return tf.addN(losses);
}
