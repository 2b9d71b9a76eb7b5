import { describe, expect, it } from 'vitest';
import { histogramOf } from '../../../src/formats/histogram.ts';
import { oracle } from './event-oracle.ts';

describe('histogramOf', () => {
  const theirs = Object.values(oracle.dirs['tf1_histograms']?.accumulator.histograms ?? {}).flat();

  it.each(oracle.tf1_histograms_inputs.inputs.map((values, step) => [step, values] as const))(
    'makes of input %i what TF1 made of it',
    (step, values) => {
      const { min, max, num, sum, sumSquares, bucketLimit, bucket } = histogramOf(values);
      const ours = {
        min,
        max,
        num,
        sum,
        sum_squares: sumSquares,
        bucket_limit: [...bucketLimit],
        bucket: [...bucket],
      };
      const found = theirs.find(histogram => histogram.step === step);
      // Squares can be more than a double holds: the oracle has that as text.
      expect({ ...found, sum: Number(found?.sum), sum_squares: Number(found?.sum_squares) }).toMatchObject(
        ours,
      );
    },
  );

  it.each([NaN, Infinity, -Infinity])('refuses %d, as HistogramSummary does', value => {
    expect(() => histogramOf([1, value])).toThrow(RangeError);
  });

  it('puts the largest double into the last bucket', () => {
    expect(histogramOf([Number.MAX_VALUE]).bucket.at(-1)).toBe(1);
  });
});
