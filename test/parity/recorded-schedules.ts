/** Learning-rate schedules of ours, as the fixtures write TensorFlow's: `cosine_decay(lr, step, 45, alpha=0.1)`. */

import { cosineDecayRestarts } from '../../src/slim/schedules/cosine-decay-restarts.ts';
import { cosineDecay } from '../../src/slim/schedules/cosine-decay.ts';
import { exponentialDecay } from '../../src/slim/schedules/exponential-decay.ts';
import { inverseTimeDecay } from '../../src/slim/schedules/inverse-time-decay.ts';
import { linearCosineDecay } from '../../src/slim/schedules/linear-cosine-decay.ts';
import { naturalExpDecay } from '../../src/slim/schedules/natural-exp-decay.ts';
import { piecewiseConstant } from '../../src/slim/schedules/piecewise-constant.ts';
import { polynomialDecay } from '../../src/slim/schedules/polynomial-decay.ts';
import type { Schedule } from '../../src/slim/schedules/schedule.ts';
import { numberOf, optionsOf, PythonName, type PythonCall, type PythonValue } from './python-text.ts';

type Options = Readonly<Record<string, PythonValue>>;
type Make = (options: Options, ...numbers: number[]) => Schedule;

/** The positional arguments are the learning rate, but for the step, and what TensorFlow has next. */
const MAKE: Readonly<Record<string, Make>> = {
  exponential_decay: (options, rate = NaN, steps = NaN, decay = NaN) =>
    exponentialDecay(rate, steps, decay, options),
  natural_exp_decay: (options, rate = NaN, steps = NaN, decay = NaN) =>
    naturalExpDecay(rate, steps, decay, options),
  inverse_time_decay: (options, rate = NaN, steps = NaN, decay = NaN) =>
    inverseTimeDecay(rate, steps, decay, options),
  polynomial_decay: (options, rate = NaN, steps = NaN, endLearningRate = NaN) =>
    polynomialDecay(rate, steps, { endLearningRate, ...options }),
  cosine_decay: (options, rate = NaN, steps = NaN) => cosineDecay(rate, steps, options),
  cosine_decay_restarts: (options, rate = NaN, steps = NaN) => cosineDecayRestarts(rate, steps, options),
  linear_cosine_decay: (options, rate = NaN, steps = NaN) => linearCosineDecay(rate, steps, options),
};

/** `constants`: what the names in the call stand for. Without one it is the step. */
export function scheduleOf({ name, positional, keywords }: PythonCall, constants: Options = {}): Schedule {
  const values = positional
    .filter(value => !(value instanceof PythonName) || value.name in constants)
    .map(value => (value instanceof PythonName ? constants[value.name] : value));
  if (name === 'piecewise_constant') {
    const [boundaries, rates] = values as [number[], number[]];
    return piecewiseConstant(boundaries, rates);
  }
  const make = MAKE[name];
  if (make === undefined) throw new Error(`The test knows no schedule ${name}.`);
  return make(optionsOf(keywords), ...values.map(numberOf));
}
