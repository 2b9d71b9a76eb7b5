/** What NumPy says of the difference of two arrays: see test/unit/formats/values/README.md. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openNpz } from '../../../../src/formats/npz-file.ts';
import { float32Tensor, type TensorValue } from '../../../../src/formats/tensor-value.ts';
import { valueStatistics } from '../../../../src/formats/value-statistics.ts';
import { changeOf } from '../../../../src/monitor/checkpoints/value-pair.ts';

const VALUES = join(import.meta.dirname, '../../formats/values');
const { changes } = JSON.parse(readFileSync(join(VALUES, 'statistics.json'), 'utf8')) as {
  readonly changes: readonly {
    readonly own: string;
    readonly other: string;
    readonly relative: number;
    readonly cosine: number;
    readonly largest: number;
  }[];
};
const file = await openNpz(join(VALUES, 'spread.npz'));
afterAll(() => file.close());

const vector = (...values: readonly number[]): TensorValue =>
  float32Tensor([values.length], Float32Array.from(values));

function changeBetween(own: TensorValue, other: TensorValue): ReturnType<typeof changeOf> {
  return changeOf(own, other, valueStatistics(own));
}

describe('changeOf', () => {
  it.each(changes)(
    'gives what NumPy gives of $own and $other',
    async ({ own, other, relative, cosine, largest }) => {
      const change = changeBetween(await file.read(own), await file.read(other));
      expect(Math.abs((change.relative ?? NaN) - relative)).toBeLessThan(1e-14 + 1e-12 * relative);
      expect(Math.abs((change.cosine ?? NaN) - cosine)).toBeLessThan(1e-12);
      expect(Math.abs(change.largest - largest)).toBeLessThan(1e-14 + 1e-12 * largest);
    },
  );

  it('says that nothing changed, also where NaN stayed NaN', () => {
    expect(changeBetween(vector(1, NaN, -2), vector(1, NaN, -2))).toMatchObject({ relative: 0, cosine: 1 });
    expect(changeBetween(vector(0, 0), vector(0, 0))).toMatchObject({ relative: 0, cosine: null });
  });

  it('counts what is not finite any more, or was not before', () => {
    expect(changeBetween(vector(1, NaN, Infinity, NaN), vector(1, 2, -Infinity, NaN))).toMatchObject({
      relative: 0,
      unmatched: 2,
    });
  });

  it('has no share of what was zero', () => {
    expect(changeBetween(vector(1, 2), vector(0, 0))).toMatchObject({
      relative: null,
      cosine: null,
      largest: 2,
    });
  });

  it('counts both histograms over the range of both', () => {
    const { bins } = changeBetween(vector(0, 1), vector(-3, 0.5));
    expect(bins?.own).toMatchObject({ from: -3, to: 1 });
    expect(bins?.other).toMatchObject({ from: -3, to: 1 });
    expect(bins?.own.counts[0]).toBe(0);
    expect(bins?.other.counts[0]).toBe(1);
  });
});
