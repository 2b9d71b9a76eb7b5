/** Optimizers of ours, as the fixtures write TensorFlow's: `MomentumOptimizer(0.05, 0.9, use_nesterov=True)`. */

import { AdadeltaOptimizer } from '../../src/slim/optimizers/adadelta.ts';
import { AdagradOptimizer } from '../../src/slim/optimizers/adagrad.ts';
import { AdamOptimizer } from '../../src/slim/optimizers/adam.ts';
import { FtrlOptimizer } from '../../src/slim/optimizers/ftrl.ts';
import { GradientDescentOptimizer } from '../../src/slim/optimizers/gradient-descent.ts';
import { MomentumOptimizer } from '../../src/slim/optimizers/momentum.ts';
import type { Optimizer } from '../../src/slim/optimizers/optimizer.ts';
import { ProximalAdagradOptimizer } from '../../src/slim/optimizers/proximal-adagrad.ts';
import { ProximalGradientDescentOptimizer } from '../../src/slim/optimizers/proximal-gradient-descent.ts';
import { RMSPropOptimizer } from '../../src/slim/optimizers/rms-prop.ts';
import type { Schedule } from '../../src/slim/schedules/schedule.ts';
import { callIn, numberOf, optionsOf, PythonCall, type PythonValue } from './python-text.ts';
import { scheduleOf } from './recorded-schedules.ts';

type Options = Readonly<Record<string, PythonValue>>;

const MAKE: Readonly<Record<string, (rate: number | Schedule, options: Options) => Optimizer>> = {
  GradientDescentOptimizer: (rate, options) => new GradientDescentOptimizer(rate, options),
  AdagradOptimizer: (rate, options) => new AdagradOptimizer(rate, options),
  AdadeltaOptimizer: (rate, options) => new AdadeltaOptimizer(rate, options),
  RMSPropOptimizer: (rate, options) => new RMSPropOptimizer(rate, options),
  MomentumOptimizer: (rate, { momentum, ...options }) =>
    new MomentumOptimizer(rate, numberOf(momentum), options),
  AdamOptimizer: (rate, options) => new AdamOptimizer(rate, options),
  FtrlOptimizer: (rate, options) => new FtrlOptimizer(rate, options),
  ProximalGradientDescentOptimizer: (rate, options) => new ProximalGradientDescentOptimizer(rate, options),
  ProximalAdagradOptimizer: (rate, options) => new ProximalAdagradOptimizer(rate, options),
};

/** How the fixtures shorten what is long. */
const SHORT: Readonly<Record<string, string>> = {
  l1: 'l1_regularization_strength',
  l2: 'l2_regularization_strength',
};

/** The optimizer that a sentence names; undefined where it names none. */
export function optimizerIn(text: string): Optimizer | undefined {
  const call = callIn(text, /\w+Optimizer/);
  if (call === undefined) return undefined;
  const [first, ...others] = call.positional;
  const rate = first instanceof PythonCall ? scheduleOf(first) : numberOf(first);
  const long = Object.entries(call.keywords).map(([name, value]) => [SHORT[name] ?? name, value] as const);
  if (others.length > (call.name === 'MomentumOptimizer' ? 1 : 0))
    throw new Error(`The test cannot make the optimizer of: ${text}`);
  const [momentum] = others;
  return optimizerNamed(call.name, rate, {
    ...Object.fromEntries(long),
    ...(momentum === undefined ? {} : { momentum }),
  });
}

/** @param keywords as Python has them, `use_nesterov` */
export function optimizerNamed(name: string, rate: number | Schedule, keywords: Options): Optimizer {
  const make = MAKE[name];
  if (make === undefined) throw new Error(`The test cannot make the optimizer ${name}.`);
  return make(rate, optionsOf(keywords));
}
