/** What NumPy and ml_dtypes say of the values in values/: see values/README.md. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../../src/formats/dtype.ts';
import { openNpz } from '../../../src/formats/npz-file.ts';
import { hasNumbers, numbersOf } from '../../../src/formats/tensor-numbers.ts';
import type { TensorValue } from '../../../src/formats/tensor-value.ts';
import { valueBins, valueStatistics } from '../../../src/formats/value-statistics.ts';

const VALUES = join(import.meta.dirname, 'values');

interface NumpyStatistics {
  readonly count: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly standardDeviation?: number | 'inf';
  readonly norm?: number | 'inf';
  readonly bins?: readonly number[];
}

const numpy = JSON.parse(readFileSync(join(VALUES, 'statistics.json'), 'utf8')) as {
  readonly statistics: Readonly<Record<string, NumpyStatistics>>;
  readonly codes: Readonly<Record<string, readonly (number | string)[]>>;
};
const file = await openNpz(join(VALUES, 'spread.npz'));
const arrays = new Map<string, TensorValue>();
for (const name of file.variables.keys()) arrays.set(name, await file.read(name));
await file.close();

/** As JSON holds it: inf and nan are words there. */
function numberOf(value: number | string | undefined): number {
  return Number(value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value);
}

function arrayNamed(name: string) {
  const array = arrays.get(name);
  if (array === undefined) throw new Error(`spread.npz has no ${name}.`);
  return array;
}

describe.each(Object.entries(numpy.statistics))('valueStatistics of %s', (name, expected) => {
  const { finite, ...counts } = valueStatistics(arrayNamed(name));
  const { count, zeros, nans, infinities } = expected;

  it('counts what NumPy counts', () => {
    expect(counts).toEqual({ count, zeros, nans, infinities });
  });

  it('gives the numbers that NumPy gives of the finite values', () => {
    if (expected.min === undefined) {
      expect(finite).toBeNull();
      return;
    }
    const size = Math.max(Math.abs(expected.min), Math.abs(expected.max ?? NaN));
    for (const key of ['min', 'max', 'mean', 'standardDeviation', 'norm'] as const) {
      const ours = finite?.[key] ?? NaN;
      const theirs = numberOf(expected[key]);
      const rounding = 1e-12 * Math.max(size, Math.abs(theirs));
      if (Number.isFinite(theirs)) expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(rounding);
      else expect(ours).toBe(theirs);
    }
  });

  it('has the bins of numpy.histogram', () => {
    expect(finite?.bins.counts).toEqual(expected.bins);
  });
});

describe('valueBins', () => {
  it('counts only what lies in the range, its end included', () => {
    const bytes = new Uint8Array(Int8Array.of(-2, -1, 0, 1, 2, 3).buffer);
    const value = { dtype: 'int8', shape: [6], bytes } as const;
    expect(valueBins(value, { from: -1, to: 2 }, 3).counts).toEqual([1, 1, 2]);
  });
});

describe('numbersOf', () => {
  it.each(Object.entries(numpy.codes))('knows every code of %s', (dtype, numbers) => {
    const bytes = Uint8Array.from(numbers, (_, code) => code);
    const ours = numbersOf({ dtype: dtype as DType, shape: [numbers.length], bytes });
    expect([...ours]).toEqual(numbers.map(numberOf));
  });

  it('gives a part of the elements, wherever their bytes lie in memory', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const shifted = new Uint8Array(17);
    shifted.set(new Uint8Array(values.buffer), 1);
    const value = { dtype: 'float32', shape: [4], bytes: shifted.subarray(1) } as const;
    expect([...numbersOf(value, 1, 3)]).toEqual([2, 3]);
  });
});

it('knows no statistics of strings', () => {
  expect(hasNumbers('string')).toBe(false);
  expect(() => valueStatistics({ dtype: 'string', shape: [1], bytes: new Uint8Array(8) })).toThrow(TypeError);
});

it('refuses a tensor that has fewer bytes than its shape asks for', () => {
  expect(() => valueStatistics({ dtype: 'float32', shape: [3], bytes: new Uint8Array(8) })).toThrow(
    'A tensor of 3 elements has only 8 bytes.',
  );
});
