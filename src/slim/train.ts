/** `slim.train`: what TensorFlow 1 has in `tf.train`. */

export { AdadeltaOptimizer } from './optimizers/adadelta.ts';
export { AdagradDAOptimizer } from './optimizers/adagrad-da.ts';
export { AdagradOptimizer } from './optimizers/adagrad.ts';
export { AdamOptimizer } from './optimizers/adam.ts';
export { FtrlOptimizer } from './optimizers/ftrl.ts';
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
export { ProximalGradientDescentOptimizer } from './optimizers/proximal-gradient-descent.ts';
export { RMSPropOptimizer } from './optimizers/rms-prop.ts';
export { Saver } from './learning/saver.ts';
export type { SaverOptions } from './learning/saver.ts';
export { SummaryWriter } from './learning/summary-writer.ts';
export { createGlobalStep, getGlobalStep, getOrCreateGlobalStep } from './variables/global-step.ts';
