/** How near to TensorFlow's own numbers is near enough, on the backend that the tests run on. */

import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { ensureBackend } from '../../src/backends/ensure-backend.ts';

/** `SLIM_TEST_BACKEND` names the backend, `native` or `embedded`; without it, the best that the machine has. */
export async function chooseBackend(): Promise<void> {
  const asked = process.env['SLIM_TEST_BACKEND'];
  if (asked !== undefined && asked !== 'native' && asked !== 'embedded') {
    throw new Error(`SLIM_TEST_BACKEND is native or embedded, not ${asked}.`);
  }
  await ensureBackend({
    searchFrom: [import.meta.dirname],
    tensorflow: tf,
    ...(asked === undefined ? {} : { prefer: asked }),
  });
}

/** Relative to the expected value, or absolute near zero. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** What the native backend keeps to, and the embedded one, whose kernels add in another order. */
export function tolerance(): Tolerance {
  return tf.getBackend() === 'tensorflow'
    ? { relative: 1e-5, absolute: 1e-6 }
    : { relative: 1e-4, absolute: 1e-5 };
}

/** What a fixture holds of a tensor: nested lists of numbers, with NaN and infinities as text. */
export type FixtureNumbers = number | string | readonly FixtureNumbers[];

export function flatNumbers(values: FixtureNumbers): number[] {
  if (typeof values === 'number') return [values];
  if (typeof values === 'string') return [Number(values)];
  return values.flatMap(flatNumbers);
}

export function isClose(actual: number, expected: number, within: Tolerance): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  const allowed = Math.max(within.absolute, within.relative * Math.abs(expected));
  return Math.abs(actual - expected) <= allowed;
}

/** Expects each number within the tolerance of its counterpart; says which are not, and by how much. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: FixtureNumbers,
  within = tolerance(),
  what = 'values',
): void {
  const wanted = flatNumbers(expected);
  expect(actual.length, `number of ${what}`).toBe(wanted.length);
  const off = wanted.flatMap((value, index) => {
    const got = actual[index] ?? NaN;
    return isClose(got, value, within) ? [] : [`[${index}] ${got} instead of ${value}`];
  });
  expect(off.slice(0, 5), `${off.length} of ${wanted.length} are off: ${what}`).toEqual([]);
}
