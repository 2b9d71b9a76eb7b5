import { describe, expect, it } from 'vitest';
import type { SeriesWindow } from '../../src/protocol/series.ts';
import { covers, xRange, yRange, zoomed } from '../../webview/dashboard/charts/ranges.ts';

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

  it("ignores TensorBoard's outliers: beyond y[ceil((N-1)*.05)] to y[floor((N-1)*.95)]", () => {
    const ignoring = { ...everything, ignoreOutliers: true };
    const spiky = hundred.map((value, i) => (i === 50 ? 1e9 : value));
    // 5 % of 101 values: 105 and, since the spike took one of those below, 196. Then 5 % of that for room.
    expect(yRange([windowOf(spiky)], [0, 200], ignoring)).toEqual([95.2, 200.8]);
    const falling = hundred.map((_, i) => 10 * Math.exp(-i));
    expect(yRange([windowOf(falling)], [0, 200], ignoring)?.[1]).toBeLessThan(0.1);
  });

  it('takes for an outlier neither the end of a steady curve nor one of a few values', () => {
    const ignoring = { ...everything, ignoreOutliers: true };
    expect(yRange([windowOf(hundred)], [0, 200], ignoring)).toEqual([95, 205]);
    expect(yRange([windowOf([100, 1, 1.1, 1.2, 1.3])], [0, 9], ignoring)).toEqual([0, 104.95]);
  });

  it('looks at the smoothed values only when it ignores outliers and there are smoothed values', () => {
    const window = windowOf([0, 1000, 500], [400, 500, 600]);
    expect(yRange([window], [0, 9], { ...everything, smoothed: true, ignoreOutliers: true })).toEqual([
      390, 610,
    ]);
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
