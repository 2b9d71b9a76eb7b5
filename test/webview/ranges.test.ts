import { describe, expect, it } from 'vitest';
import type { SeriesWindow } from '../../src/protocol/series.ts';
import { covers, xRange, yRange, zoomed } from '../../webview/dashboard/ranges.ts';

function windowOf(values: readonly number[], smoothed: readonly number[] = values): SeriesWindow {
  const x = Float64Array.from(values, (_, i) => i);
  const points = {
    x,
    raw: Float64Array.from(values),
    smoothed: Float64Array.from(smoothed),
    step: x,
    wallTime: x,
  };
  return {
    points,
    lost: [],
    attempts: [],
    nonFinite: [],
    count: x.length,
    xExtent: [0, x.length - 1],
    newest: null,
  };
}

const everything = { ignoreOutliers: false, logarithmic: false, smoothed: false };
const hundred = Array.from({ length: 101 }, (_, i) => 100 + i);

describe('yRange', () => {
  it('shows every value, with room above and below', () => {
    expect(yRange([windowOf([10, 20])], [0, 9], everything)).toEqual([9.5, 20.5]);
  });

  it('leaves out what is not visible', () => {
    expect(yRange([windowOf([1000, 10, 20])], [1, 9], everything)).toEqual([9.5, 20.5]);
  });

  it("ignores TensorBoard's outliers: y[ceil((N-1)*.05)] to y[floor((N-1)*.95)]", () => {
    expect(yRange([windowOf(hundred)], [0, 200], { ...everything, ignoreOutliers: true })).toEqual([
      100.5, 199.5,
    ]);
    const spiky = hundred.map((value, i) => (i === 50 ? 1e9 : value));
    const [, top] = yRange([windowOf(spiky)], [0, 200], { ...everything, ignoreOutliers: true }) ?? [0, 0];
    expect(top).toBeLessThan(210);
  });

  it('looks at the smoothed values only when it ignores outliers and there are smoothed values', () => {
    const window = windowOf([0, 1000, 500], [400, 500, 600]);
    const [low, high] = yRange([window], [0, 9], { ...everything, smoothed: true, ignoreOutliers: true }) ?? [
      0, 0,
    ];
    expect(low).toBeGreaterThan(390);
    expect(high).toBeLessThan(610);
    expect(yRange([window], [0, 9], { ...everything, smoothed: true })).toEqual([0, 1050]);
  });

  it('shows a curve that comes near 0 and is nowhere negative down to 0', () => {
    expect(yRange([windowOf([0.1, 2])], [0, 9], everything)?.[0]).toBe(0);
    expect(yRange([windowOf([-0.1, 2])], [0, 9], everything)?.[0]).toBeLessThan(-0.1);
  });

  it('leaves room around a constant', () => {
    expect(yRange([windowOf([5, 5])], [0, 9], everything)).toEqual([4.5, 5.5]);
    expect(yRange([windowOf([0])], [0, 9], everything)).toEqual([0, 1]);
  });

  it('has on a logarithmic axis only what is above 0', () => {
    const logarithmic = { ...everything, logarithmic: true };
    const [low, high] = yRange([windowOf([-1, 0, 1, 100])], [0, 9], logarithmic) ?? [0, 0];
    expect(low).toBeCloseTo(1 / 100 ** 0.05);
    expect(high).toBeCloseTo(100 * 100 ** 0.05);
    expect(yRange([windowOf([-1, 0])], [0, 9], logarithmic)).toBeNull();
  });

  it('does not count NaN and infinite values', () => {
    expect(yRange([windowOf([NaN, 10, Infinity, 20, -Infinity])], [0, 9], everything)).toEqual([9.5, 20.5]);
    expect(yRange([], [0, 9], everything)).toBeNull();
  });
});

describe('xRange', () => {
  it('is what all curves span, from 0 on where training begins there', () => {
    expect(xRange([windowOf(hundred), windowOf([1, 2])], 'step')).toEqual([0, 100]);
    expect(xRange([{ ...windowOf([]), xExtent: [10, 6000] }], 'step')).toEqual([0, 6000]);
    expect(xRange([{ ...windowOf([]), xExtent: [5000, 6000] }], 'step')).toEqual([5000, 6000]);
    expect(xRange([{ ...windowOf([]), xExtent: [10, 6000] }], 'wall')).toEqual([10, 6000]);
  });

  it('is not empty for one point, or none', () => {
    expect(xRange([{ ...windowOf([]), xExtent: [400, 400] }], 'step')).toEqual([0, 800]);
    expect(xRange([{ ...windowOf([]), xExtent: [0, 0] }], 'step')).toEqual([0, 1]);
    expect(xRange([], 'step')).toEqual([0, 1]);
  });
});

describe('zoomed', () => {
  it('keeps what is under the pointer where it is', () => {
    expect(zoomed([0, 100], 25, 0.5)).toEqual([12.5, 62.5]);
    const [low, high] = zoomed([1, 10_000], 100, 0.5, true);
    expect(low).toBeCloseTo(10);
    expect(high).toBeCloseTo(1000);
  });
});

describe('covers', () => {
  it('takes null for everything', () => {
    expect(covers(null, [1, 2])).toBe(true);
    expect(covers(null, null)).toBe(true);
    expect(covers([0, 5], null)).toBe(false);
    expect(covers([0, 5], [1, 5])).toBe(true);
    expect(covers([2, 5], [1, 5])).toBe(false);
  });
});
