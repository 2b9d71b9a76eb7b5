import type * as tf from '@tensorflow/tfjs';
import { getCollection } from '../scope/collection-access.ts';
import { Loss } from '../define-loss.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { graphObstacleIn } from '../graph-mode.ts';
import { log } from '../log.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { refuseOptions } from '../refused-options.ts';
import type { UpdateOp } from '../scope/update-op.ts';
import { assertGlobalStep, getOrCreateGlobalStep } from '../variables/global-step.ts';
import { getTrainableVariables } from '../variables/select-variables.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { clipGradientNorms, multiplyGradients } from './gradients.ts';
import type { GradientMultipliers } from './gradients.ts';
import { TrainOp } from './train-op.ts';
import type { TransformGradients } from './train-op.ts';
import { noteTrainOp } from './graph-train-ops.ts';

export interface CreateTrainOpOptions {
  /** The variable that counts steps. Left out: the graph's, made if need be. null: none is counted. */
  readonly globalStep?: SlimVariable | null;
  /** Ops that each step runs. Left out or null: those in UPDATE_OPS. []: none. */
  readonly updateOps?: readonly UpdateOp[] | null;
  /** Left out or null: all trainable variables of the graph. */
  readonly variablesToTrain?: readonly SlimVariable[] | null;
  /** Largest L2 norm of each gradient by itself. Default: 0, no clipping. */
  readonly clipGradientNorm?: number;
  /** Factors of gradients, by variable or name; applied before clipping. */
  readonly gradientMultipliers?: GradientMultipliers | null;
  /** What else is done to the gradients, after multiplying and clipping. Pure TF.js. */
  readonly transformGradsFn?: TransformGradients | null;
  /** Summaries `VARIABLE_gradient` (a histogram) and `VARIABLE_gradient_norm`. Default: false. */
  readonly summarizeGradients?: boolean;
  /** Throw before any weight is touched when the loss or a gradient is NaN or infinite. Default: true. */
  readonly checkNumerics?: boolean;
  /** Batches whose gradients' mean makes one step: as one of that size, where memory has no room for it. Default: 1. */
  readonly accumulateGradients?: number;
}

/**
 * Makes the op that minimizes a loss, and the variables that it takes: the optimizer's slots and the global step.
 *
 * Source: `create_train_op` of tf_slim/learning.py. Gradients are multiplied, then clipped.
 *
 * @throws Error when there is nothing to train, when a variable to train is not trainable, or a multiplier matches nothing;
 * TypeError when an option of TF-Slim's is refused.
 */
export async function createTrainOp<B extends tf.TensorContainer>(
  totalLoss: Loss<B>,
  optimizer: Optimizer,
  options: CreateTrainOpOptions = {},
): Promise<TrainOp<B>> {
  checkLoss(totalLoss, 'createTrainOp');
  checkOptions(options);
  const graphObstacle = obstacleIn(options.transformGradsFn, 'transformGradsFn');
  return trainOpOf(totalLoss, optimizer, { ...options, incrementGlobalStep: true, graphObstacle });
}

export interface TrainOpSettings extends CreateTrainOpOptions {
  /** Whether a step of the op is one that counts. */
  readonly incrementGlobalStep: boolean;
  /** What a function of the user's for gradients does that graphs cannot; null: nothing is known. */
  readonly graphObstacle: string | null;
}

/** Makes the op, and finds out what is wrong with its gradients. */
export async function trainOpOf<B extends tf.TensorContainer>(
  loss: Loss<B>,
  optimizer: Optimizer,
  settings: TrainOpSettings,
): Promise<TrainOp<B>> {
  const trainOp = loss.graph.asDefault(() => makeTrainOp(loss, optimizer, settings));
  const trained = await trainOp.checkGradients();
  loss.graph.asDefault(() => {
    optimizer.createSlots(trained);
  });
  noteTrainOp(trainOp);
  return trainOp;
}

function makeTrainOp<B extends tf.TensorContainer>(
  loss: Loss<B>,
  optimizer: Optimizer,
  options: TrainOpSettings,
): TrainOp<B> {
  const globalStep = options.globalStep === undefined ? getOrCreateGlobalStep() : options.globalStep;
  if (globalStep !== null) assertGlobalStep(globalStep);
  const updateOps = options.updateOps ?? getCollection(GraphKeys.UPDATE_OPS);
  warnOfLeftOut(updateOps);
  const variablesToTrain = chooseVariables(options.variablesToTrain ?? null);
  return new TrainOp({
    loss,
    optimizer,
    variablesToTrain,
    globalStep,
    incrementGlobalStep: options.incrementGlobalStep,
    updateOps,
    transformGradients: transformation(options),
    summarizeGradients: options.summarizeGradients ?? false,
    checkNumerics: options.checkNumerics ?? true,
    accumulateGradients: accumulation(options.accumulateGradients ?? 1),
    graphObstacle: loss.graphObstacle ?? options.graphObstacle,
  });
}

/** @param caller The function that the loss was given to. */
export function checkLoss(loss: unknown, caller: string): void {
  if (loss instanceof Loss) return;
  throw new TypeError(`${caller} needs the loss that "await slim.defineLoss(data, batch => ...)" gives.`);
}

/** Parameters of TF-Slim's `create_train_op` for how TensorFlow 1 orders and places operations. */
const REFUSED: Readonly<Record<string, string>> = {
  gateGradients: 'all gradients are computed before any is applied',
  aggregationMethod: 'gradients are added up as TensorFlow.js does',
  colocateGradientsWithOps: 'there is one device',
};

function checkOptions(options: object): void {
  refuseOptions('createTrainOp', options, REFUSED);
  if (!Array.isArray(options)) return;
  throw new TypeError(
    'createTrainOp takes options in third place, not a list of update ops: write { updateOps: [...] }. ' +
      "(In TF-Slim's own code the third place is global_step.)",
  );
}

function warnOfLeftOut(updateOps: readonly UpdateOp[]): void {
  if (getCollection(GraphKeys.UPDATE_OPS).some(op => !updateOps.includes(op))) {
    log('WARNING: updateOps in createTrainOp does not contain all the update ops in GraphKeys.UPDATE_OPS.');
  }
}

function chooseVariables(chosen: readonly SlimVariable[] | null): readonly SlimVariable[] {
  const trainable = getTrainableVariables();
  for (const variable of chosen ?? []) {
    if (!trainable.includes(variable))
      throw new Error(`${variable.name} is not trainable, so it cannot be in variablesToTrain.`);
  }
  const variables = chosen ?? trainable;
  if (variables.length === 0) {
    throw new Error(
      chosen === null
        ? 'There is no trainable variable: the model made none when defineLoss ran it.'
        : 'variablesToTrain is empty: there is nothing to train.',
    );
  }
  return variables;
}

/** @param option What the function was given as. */
export function obstacleIn(transform: TransformGradients | null | undefined, option: string): string | null {
  return transform ? graphObstacleIn(transform, option) : null;
}

function accumulation(batches: number): number {
  if (Number.isInteger(batches) && batches > 0) return batches;
  throw new RangeError(`accumulateGradients is a number of batches, a positive integer: ${batches}.`);
}

function transformation(options: CreateTrainOpOptions): TransformGradients {
  const { gradientMultipliers = null, clipGradientNorm = 0, transformGradsFn = null } = options;
  return gradients => {
    const multiplied =
      gradientMultipliers === null ? gradients : multiplyGradients(gradients, gradientMultipliers);
    const clipped = clipGradientNorm > 0 ? clipGradientNorms(multiplied, clipGradientNorm) : multiplied;
    return transformGradsFn === null ? clipped : transformGradsFn(clipped);
  };
}
