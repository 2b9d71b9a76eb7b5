import type * as tf from '@tensorflow/tfjs';
import type { Loss } from '../define-loss.ts';
import { inContext } from '../scope/graph.ts';
import { chooseOptimizer, isOptimizerClass } from '../optimizers/optimizer-names.ts';
import type { OptimizerChoice } from '../optimizers/optimizer-names.ts';
import type { GradientAndVariable, HyperParameter, Optimizer } from '../optimizers/optimizer.ts';
import { ScopedOptimizer } from '../optimizers/scoped-optimizer.ts';
import { currentPass } from '../scope/running-pass.ts';
import { scalarRequest } from '../scope/summary-request.ts';
import type { UpdateOp } from '../scope/update-op.ts';
import { variableScope } from '../scope/variable-scope.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { checkLoss, obstacleIn, trainOpOf } from './create-train-op.ts';
import { gradientNoise } from './gradient-noise.ts';
import { gradientHistograms, gradientNorms } from './gradients-summaries.ts';
import { clipGradientsByGlobalNorm, globalNorm, multiplyGradients } from './gradients.ts';
import type { GradientMultipliers } from './gradients.ts';
import type { TrainOp, TransformGradients } from './train-op.ts';

/** What `optimizeLoss` summarizes. Source: `OPTIMIZER_SUMMARIES` of tf_slim/layers/optimizers.py. */
export const OPTIMIZER_SUMMARIES = [
  'learning_rate',
  'loss',
  'gradients',
  'gradient_norm',
  'global_gradient_norm',
] as const;

export type OptimizerSummary = (typeof OPTIMIZER_SUMMARIES)[number];

export interface OptimizeLossOptions {
  /** Normal noise of that standard deviation, cut off at two of them, is added to the gradients first. Default: null, none. */
  readonly gradientNoiseScale?: number | null;
  /** Factors of gradients, by variable or name; applied after the noise. */
  readonly gradientMultipliers?: GradientMultipliers | null;
  /** The largest L2 norm of all gradients together, or a function of them: `adaptiveClippingFn()`. Applied last. */
  readonly clipGradients?: number | TransformGradients | null;
  /** Makes the rate that is learned by of `learningRate`: `rate => slim.train.exponentialDecay(rate, 1000, 0.9)`. */
  readonly learningRateDecayFn?: ((learningRate: HyperParameter) => HyperParameter) | null;
  /** Ops that each step runs, after the weights were updated. Left out or null: those in UPDATE_OPS. []: none. */
  readonly updateOps?: readonly UpdateOp[] | null;
  /** Left out or null: all trainable variables of the graph. */
  readonly variables?: readonly SlimVariable[] | null;
  /** Scope of the optimizer's variables and of the summaries. Default: `OptimizeLoss`, numbered where there is one already. */
  readonly name?: string | null;
  /**
   * What is summarized: `global_norm/gradient_norm` and, when they are clipped, `global_norm/clipped_gradient_norm`
   * ('global_gradient_norm'), a histogram and the norm of each gradient ('gradients', 'gradient_norm'). Loss and learning rate
   * are in any case, as `total_loss` and `learning_rate`. Default: these two and 'global_gradient_norm'.
   */
  readonly summaries?: readonly OptimizerSummary[] | null;
  /** Whether the step counts. False for all but one train op, where several make one step. Default: true. */
  readonly incrementGlobalStep?: boolean;
}

/**
 * Makes the op that minimizes a loss, from an optimizer's name and a learning rate. It is the op of `createTrainOp`, which
 * `train` runs; the variables of its optimizer are in a scope, `OptimizeLoss/fc1/weights/Momentum`.
 *
 * Source: `optimize_loss` of tf_slim/layers/optimizers.py. Unlike there, the learning rate is no variable, so that the script's
 * own is in force when training is resumed, and loss and gradients are checked before any weight is touched.
 *
 * @param globalStep The variable that counts steps; null: the graph's, made if need be.
 * @param learningRate A number, 0 or more, or a schedule. null: the optimizer has its own.
 * @param optimizer 'Adagrad', 'Adam', 'Ftrl', 'Momentum' (of 0.9), 'RMSProp' or 'SGD'; a class, or a function, that takes the
 * learning rate. Without a learning rate: an optimizer, or a function that makes it.
 * @throws RangeError when the learning rate is negative or a name is not known; TypeError when learning rate and optimizer do not
 * go together; and the errors of `createTrainOp`.
 */
export function optimizeLoss<B extends tf.TensorContainer>(
  loss: Loss<B>,
  globalStep: SlimVariable | null,
  learningRate: HyperParameter,
  optimizer: OptimizerChoice,
  options?: OptimizeLossOptions,
): Promise<TrainOp<B>>;
export function optimizeLoss<B extends tf.TensorContainer>(
  loss: Loss<B>,
  globalStep: SlimVariable | null,
  learningRate: null,
  optimizer: Optimizer | (() => Optimizer),
  options?: Omit<OptimizeLossOptions, 'learningRateDecayFn'>,
): Promise<TrainOp<B>>;
export async function optimizeLoss<B extends tf.TensorContainer>(
  loss: Loss<B>,
  globalStep: SlimVariable | null,
  learningRate: HyperParameter | null,
  optimizer: OptimizerChoice | Optimizer | (() => Optimizer),
  options: OptimizeLossOptions = {},
): Promise<TrainOp<B>> {
  checkLoss(loss, 'optimizeLoss');
  checkSummaries(options.summaries ?? null);
  const { name = null, updateOps = null, variables = null, incrementGlobalStep = true } = options;
  const { clipGradients = null } = options;
  const scope = loss.graph.asDefault(() => variableScope(name, 'OptimizeLoss', full => full));
  const chosen = optimizerOf(optimizer, learningRate, options);
  const transform = transformation(options, scope);
  return trainOpOf(loss, new ScopedOptimizer(scope, chosen), {
    ...(globalStep === null ? {} : { globalStep }),
    updateOps,
    variablesToTrain: variables,
    transformGradsFn: gradients =>
      inContext({ variableScope: scope, nameScope: scope }, () => transform(gradients)),
    incrementGlobalStep,
    graphObstacle: typeof clipGradients === 'number' ? null : obstacleIn(clipGradients, 'clipGradients'),
  });
}

function checkSummaries(summaries: readonly OptimizerSummary[] | null): void {
  const known: readonly string[] = OPTIMIZER_SUMMARIES;
  const unknown = summaries?.find(summary => !known.includes(summary));
  if (unknown === undefined) return;
  throw new RangeError(`summaries of optimizeLoss has ${unknown}; it takes ${known.join(', ')}.`);
}

function optimizerOf(
  optimizer: OptimizerChoice | Optimizer | (() => Optimizer),
  learningRate: HyperParameter | null,
  { learningRateDecayFn = null }: OptimizeLossOptions,
): Optimizer {
  if (learningRate === null) {
    if (typeof optimizer === 'object') return optimizer;
    if (isMaker(optimizer)) return optimizer();
    throw new TypeError(`optimizeLoss takes a learning rate for the optimizer ${nameOf(optimizer)}.`);
  }
  if (typeof optimizer === 'object') {
    throw new TypeError(
      `The ${optimizer.name} optimizer given to optimizeLoss has a learning rate of its own: give null as the other one.`,
    );
  }
  if (typeof learningRate === 'number' && !(learningRate >= 0)) {
    throw new RangeError(`The learning rate given to optimizeLoss is ${learningRate}: it is 0 or more.`);
  }
  return chooseOptimizer(optimizer, learningRateDecayFn?.(learningRate) ?? learningRate);
}

/** Whether it makes an optimizer of nothing. */
function isMaker(optimizer: OptimizerChoice | (() => Optimizer)): optimizer is () => Optimizer {
  return typeof optimizer === 'function' && optimizer.length === 0 && !isOptimizerClass(optimizer);
}

function nameOf(optimizer: OptimizerChoice | (() => Optimizer)): string {
  return typeof optimizer === 'string' ? optimizer : optimizer.name;
}

/** Noise, multipliers, clipping, each with what is summarized of it. */
function transformation(options: OptimizeLossOptions, scope: string): TransformGradients {
  const { gradientNoiseScale = null, gradientMultipliers = null } = options;
  const summaries = new Set(options.summaries ?? ['global_gradient_norm']);
  const hasNorms = summaries.has('global_gradient_norm') || summaries.has('gradient_norm');
  const clip = clipping(options.clipGradients ?? null);
  const noise = gradientNoiseScale === null ? null : gradientNoise(gradientNoiseScale);
  return gradients => {
    const noisy = noise?.(gradients) ?? gradients;
    const multiplied = gradientMultipliers === null ? noisy : multiplyGradients(noisy, gradientMultipliers);
    if (hasNorms) summarizeNorm(`${scope}/global_norm/gradient_norm`, multiplied);
    const clipped = clip?.(multiplied) ?? multiplied;
    const requests = currentPass()?.summaries ?? [];
    if (summaries.has('gradients')) {
      requests.push(...gradientHistograms(clipped, variable => `${scope}/gradients/${variable}_0`));
    }
    if (summaries.has('gradient_norm')) {
      requests.push(...gradientNorms(clipped, variable => `${scope}/gradient_norm/${variable}_0`));
    }
    if (hasNorms && clip !== null) summarizeNorm(`${scope}/global_norm/clipped_gradient_norm`, clipped);
    return clipped;
  };
}

function clipping(clipGradients: number | TransformGradients | null): TransformGradients | null {
  return typeof clipGradients === 'number' ? clipGradientsByGlobalNorm(clipGradients) : clipGradients;
}

/** Nothing is computed in steps that are not summarized. */
function summarizeNorm(tag: string, gradients: readonly GradientAndVariable[]): void {
  currentPass()?.summaries?.push(scalarRequest(tag, globalNorm(gradients)));
}
