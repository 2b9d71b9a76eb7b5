import { AdagradOptimizer } from './adagrad.ts';
import { AdamOptimizer } from './adam.ts';
import { FtrlOptimizer } from './ftrl.ts';
import { GradientDescentOptimizer } from './gradient-descent.ts';
import { MomentumOptimizer } from './momentum.ts';
import type { HyperParameter, Optimizer } from './optimizer.ts';
import { RMSPropOptimizer } from './rms-prop.ts';

/** The optimizers that `optimizeLoss` knows by name. Source: `OPTIMIZER_CLS_NAMES` of tf_slim/layers/optimizers.py. */
export const OPTIMIZER_CLS_NAMES = {
  Adagrad: learningRate => new AdagradOptimizer(learningRate),
  Adam: learningRate => new AdamOptimizer(learningRate),
  Ftrl: learningRate => new FtrlOptimizer(learningRate),
  Momentum: learningRate => new MomentumOptimizer(learningRate, 0.9),
  RMSProp: learningRate => new RMSPropOptimizer(learningRate),
  SGD: learningRate => new GradientDescentOptimizer(learningRate),
} satisfies Record<string, (learningRate: HyperParameter) => Optimizer>;

export type OptimizerName = keyof typeof OPTIMIZER_CLS_NAMES;

/** An optimizer's class, whose other parameters have defaults. */
export type OptimizerClass = new (learningRate: HyperParameter) => Optimizer;

/** An optimizer by its name, by what makes it of a learning rate, or by its class. */
export type OptimizerChoice = OptimizerName | ((learningRate: HyperParameter) => Optimizer) | OptimizerClass;

/** @throws RangeError when there is no optimizer of that name. */
export function chooseOptimizer(choice: OptimizerChoice, learningRate: HyperParameter): Optimizer {
  if (typeof choice !== 'string')
    return isOptimizerClass(choice) ? new choice(learningRate) : choice(learningRate);
  if (Object.hasOwn(OPTIMIZER_CLS_NAMES, choice)) return OPTIMIZER_CLS_NAMES[choice](learningRate);
  const names = Object.keys(OPTIMIZER_CLS_NAMES).join(', ');
  throw new RangeError(`There is no optimizer called ${choice as string}: it is one of ${names}.`);
}

/** Whether it takes `new` to call it. */
export function isOptimizerClass(
  choice: OptimizerClass | ((...args: never[]) => Optimizer),
): choice is OptimizerClass {
  const prototype: unknown = choice.prototype;
  return typeof prototype === 'object' && prototype !== null && 'applyGradients' in prototype;
}
