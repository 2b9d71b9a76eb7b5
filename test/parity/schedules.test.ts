/** Learning-rate schedules against what TensorFlow computed: every case of slim-semantics/schedules.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFixtureJson } from '../fixture-files.ts';
import { callIn, keywordIn, PythonCall, type PythonValue } from './python-text.ts';
import { scheduleOf } from './recorded-schedules.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface ScheduleCase {
  readonly what: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

const { schedules } = readFixtureJson('slim-semantics', 'schedules.json') as {
  readonly schedules: Readonly<Record<string, ScheduleCase>>;
};

/** What `lr`, `ds` and `dr` stand for in the sentences: one of them says it, `{'lr': 0.1, 'ds': 7, 'dr': 0.5}`. */
const constants = Object.values(schedules)
  .map(({ what }) => /\{'lr'.*\}/.exec(what)?.[0])
  .map(text => (text === undefined ? undefined : keywordIn(`constants=${text}`, 'constants')))
  .find(found => found !== undefined) as Readonly<Record<string, PythonValue>>;

/** `exponential`, `exponential_staircase`: a sentence that has no call is of the one of its name, with these constants. */
function calledIn(name: string, what: string): PythonCall {
  const call = callIn(what, /\w+_(?:decay|constant|restarts)/);
  if (call !== undefined) return call;
  const base = name.replace(/_staircase$/, '');
  const rates = ['lr', 'ds', 'dr'].map(constant => constants[constant] ?? NaN);
  return new PythonCall(`${base}_decay`, rates, base === name ? {} : { staircase: true });
}

beforeAll(chooseBackend);

describe('a learning-rate schedule gives what TensorFlow gives', () => {
  test.each(Object.entries(schedules))('%s', async (name, { what, steps, values }) => {
    const call = calledIn(name, what);
    // What is said of one of two schedules, `staircase`, its name says as well.
    const isStaircase = name.endsWith('_staircase');
    const schedule = scheduleOf(
      isStaircase ? new PythonCall(call.name, call.positional, { ...call.keywords, staircase: true }) : call,
      constants,
    );
    expect(steps.length).toBeGreaterThan(0);
    const rates = tf.tidy(() => tf.stack(steps.map(step => schedule(tf.scalar(step, 'int32')))));
    expect(rates.dtype).toBe('float32');
    expectClose(await rates.data(), values);
    rates.dispose();
  });
});
