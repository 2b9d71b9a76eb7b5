/** `slim.train`: what TensorFlow 1 has in `tf.train`. */

export { AdadeltaOptimizer } from './optimizers/adadelta.ts';
export type { AdadeltaOptions } from './optimizers/adadelta.ts';
export { AdagradDAOptimizer } from './optimizers/adagrad-da.ts';
export type { AdagradDAOptions } from './optimizers/adagrad-da.ts';
export { AdagradOptimizer } from './optimizers/adagrad.ts';
export type { AdagradOptions } from './optimizers/adagrad.ts';
export { AdamOptimizer } from './optimizers/adam.ts';
export type { AdamOptions } from './optimizers/adam.ts';
export { ExponentialMovingAverage } from './optimizers/exponential-moving-average.ts';
export type { ExponentialMovingAverageOptions } from './optimizers/exponential-moving-average.ts';
export { FtrlOptimizer } from './optimizers/ftrl.ts';
export type { FtrlOptions } from './optimizers/ftrl.ts';
export { GradientDescentOptimizer } from './optimizers/gradient-descent.ts';
export { MomentumOptimizer } from './optimizers/momentum.ts';
export type { MomentumOptions } from './optimizers/momentum.ts';
export type {
  GradientAndVariable,
  HyperParameter,
  Optimizer,
  VariableUpdate,
} from './optimizers/optimizer.ts';
export { ProximalAdagradOptimizer } from './optimizers/proximal-adagrad.ts';
export type { ProximalAdagradOptions } from './optimizers/proximal-adagrad.ts';
export { ProximalGradientDescentOptimizer } from './optimizers/proximal-gradient-descent.ts';
export type { ProximalOptions } from './optimizers/proximal-gradient-descent.ts';
export { RMSPropOptimizer } from './optimizers/rms-prop.ts';
export type { RMSPropOptions } from './optimizers/rms-prop.ts';
export type { OptimizerOptions } from './optimizers/slot-optimizer.ts';
export { Saver } from './learning/saver.ts';
export type { SaverOptions } from './learning/saver.ts';
export { SummaryWriter } from './learning/summary-writer.ts';
export { createGlobalStep, getGlobalStep, getOrCreateGlobalStep } from './variables/global-step.ts';
export { cosineDecayRestarts } from './schedules/cosine-decay-restarts.ts';
export type { CosineDecayRestartsOptions } from './schedules/cosine-decay-restarts.ts';
export { cosineDecay } from './schedules/cosine-decay.ts';
export type { CosineDecayOptions } from './schedules/cosine-decay.ts';
export { exponentialDecay } from './schedules/exponential-decay.ts';
export type { DecayOptions } from './schedules/exponential-decay.ts';
export { inverseTimeDecay } from './schedules/inverse-time-decay.ts';
export { linearCosineDecay } from './schedules/linear-cosine-decay.ts';
export type { LinearCosineDecayOptions } from './schedules/linear-cosine-decay.ts';
export { naturalExpDecay } from './schedules/natural-exp-decay.ts';
export { noisyLinearCosineDecay } from './schedules/noisy-linear-cosine-decay.ts';
export type { NoisyLinearCosineDecayOptions } from './schedules/noisy-linear-cosine-decay.ts';
export { piecewiseConstant } from './schedules/piecewise-constant.ts';
export { polynomialDecay } from './schedules/polynomial-decay.ts';
export type { PolynomialDecayOptions } from './schedules/polynomial-decay.ts';
export type { Schedule } from './schedules/schedule.ts';
export type { GradientSlices } from './gradient-slices.ts';
