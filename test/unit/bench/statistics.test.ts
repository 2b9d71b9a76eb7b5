import { expect, test } from 'vitest';
import { comparison, median, ratiosOf, rounded } from '../../bench/statistics.ts';

test('the median is the middle value, or the mean of the middle two', () => {
  expect(median([9, 1, 100])).toBe(9);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('a slow round of the machine leaves the ratio alone', () => {
  expect(ratiosOf([10, 30, 10], [20, 60, 20])).toEqual({ median: 2, least: 2, most: 2 });
  expect(ratiosOf([10, 10, 10], [20, 5, 30])).toEqual({ median: 2, least: 0.5, most: 3 });
});

test('numbers are rounded to significant digits', () => {
  expect(rounded(1234.5)).toBe(1230);
  expect(rounded(0.0123456, 4)).toBe(0.01235);
});

test('a comparison is a line of JSON', () => {
  expect(JSON.parse(comparison('reading', 'ms', [10, 30, 10.004], [20, 60, 25]))).toEqual({
    bench: 'reading',
    ours: 10,
    rival: 25,
    unit: 'ms',
    ratio: 2,
  });
  expect(JSON.parse(comparison('opening', 'ms', [40, 60], 60))).toMatchObject({
    ours: 50,
    rival: 60,
    ratio: 1.25,
  });
  expect(JSON.parse(comparison('flying', 's', [1], null))).toMatchObject({ rival: null, ratio: null });
});
