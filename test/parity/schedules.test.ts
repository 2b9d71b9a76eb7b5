/** Learning-rate schedules against what TensorFlow computed: every case of slim-semantics/schedules.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cosineDecayRestarts } from '../../src/slim/schedules/cosine-decay-restarts.ts';
import { cosineDecay } from '../../src/slim/schedules/cosine-decay.ts';
import { exponentialDecay } from '../../src/slim/schedules/exponential-decay.ts';
import { inverseTimeDecay } from '../../src/slim/schedules/inverse-time-decay.ts';
import { linearCosineDecay } from '../../src/slim/schedules/linear-cosine-decay.ts';
import { naturalExpDecay } from '../../src/slim/schedules/natural-exp-decay.ts';
import { piecewiseConstant } from '../../src/slim/schedules/piecewise-constant.ts';
import { polynomialDecay } from '../../src/slim/schedules/polynomial-decay.ts';
import type { Schedule } from '../../src/slim/schedules/schedule.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface ScheduleCase {
  readonly what: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

const { schedules } = readFixtureJson('slim-semantics', 'schedules.json') as {
  readonly schedules: Readonly<Record<string, ScheduleCase>>;
};

const ours: Readonly<Record<string, Schedule>> = {
  exponential: exponentialDecay(0.1, 7, 0.5),
  exponential_staircase: exponentialDecay(0.1, 7, 0.5, { staircase: true }),
  natural_exp: naturalExpDecay(0.1, 7, 0.5),
  natural_exp_staircase: naturalExpDecay(0.1, 7, 0.5, { staircase: true }),
  inverse_time: inverseTimeDecay(0.1, 7, 0.5),
  inverse_time_staircase: inverseTimeDecay(0.1, 7, 0.5, { staircase: true }),
  polynomial: polynomialDecay(0.1, 40, { endLearningRate: 0.001 }),
  polynomial_p2: polynomialDecay(0.1, 40, { endLearningRate: 0.001, power: 2 }),
  polynomial_cycle: polynomialDecay(0.1, 20, { endLearningRate: 0.001, power: 0.5, cycle: true }),
  piecewise: piecewiseConstant([10, 25, 40], [0.1, 0.05, 0.01, 0.001]),
  cosine: cosineDecay(0.1, 45),
  cosine_alpha: cosineDecay(0.1, 45, { alpha: 0.1 }),
  cosine_restarts: cosineDecayRestarts(0.1, 10, { tMul: 2, mMul: 0.9, alpha: 0.05 }),
  linear_cosine: linearCosineDecay(0.1, 45),
};

beforeAll(chooseBackend);

describe('a learning-rate schedule gives what TensorFlow gives', () => {
  test.each(Object.entries(schedules))('%s', async (name, { steps, values }) => {
    const schedule = ours[name];
    if (schedule === undefined)
      throw new Error(`${name} is in the fixture, and the test has no schedule for it.`);
    const rates = tf.tidy(() => tf.stack(steps.map(step => schedule(tf.scalar(step, 'int32')))));
    expect(rates.dtype).toBe('float32');
    expectClose(await rates.data(), values);
    rates.dispose();
  });
});
