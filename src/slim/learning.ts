/** `slim.learning`: the training loop and what it is made of. */

export { addGradientsSummaries } from './learning/gradients-summaries.ts';
export {
  clipGradientNorms,
  clipGradientNormsFn,
  clipGradientsByGlobalNorm,
  multiplyGradients,
} from './learning/gradients.ts';
export type { GradientMultipliers } from './learning/gradients.ts';
export { createTrainOp } from './learning/create-train-op.ts';
export type { CreateTrainOpOptions } from './learning/create-train-op.ts';
export { NonFiniteError } from './learning/non-finite-error.ts';
export { train } from './learning/train.ts';
export type { KeepBestOptions } from './learning/best-checkpoints.ts';
export type { EarlyStoppingOptions, EvaluateOptions } from './learning/evaluation-beside-training.ts';
export type { InitOp, ReadyOp, SummaryOp, TrainHooks, TrainOptions } from './learning/train-options.ts';
export type { StepRunnerSettings } from '../backends/graph/step-runner.ts';
export type { TrainOp, TransformGradients } from './learning/train-op.ts';
export type { EndReason } from './learning/end-reason.ts';
export { trainStep } from './learning/train-step.ts';
export type { TrainStepFn, TrainStepResult } from './learning/train-step.ts';
