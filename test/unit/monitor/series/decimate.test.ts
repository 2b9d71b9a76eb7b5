import { describe, expect, it } from 'vitest';
import { decimate } from '../../../../src/monitor/series/decimate.ts';

const COUNT = 100_000;
const PIXELS = 300;
const x = Float64Array.from({ length: COUNT }, (_, index) => index * 3 + (index % 7) * 0.25);
const y = Float64Array.from(
  { length: COUNT },
  (_, index) => Math.sin(index / 900) + (index % 977 === 5 ? 50 : 0) + (index % 1009 === 3 ? -80 : 0),
);
const range = [0, x.at(-1) ?? 0] as const;

/** Lowest and highest pixel row that the lines through these points cover, in each column of pixels. */
function coverage(indices: Iterable<number>): Map<number, [number, number]> {
  const scale = PIXELS / (range[1] - range[0]);
  const covered = new Map<number, [number, number]>();
  const cover = (column: number, value: number): void => {
    const row = Math.round(value * 2);
    const [low, high] = covered.get(column) ?? [row, row];
    covered.set(column, [Math.min(low, row), Math.max(high, row)]);
  };
  let previous: number | undefined;
  for (const index of indices) {
    const column = Math.min(PIXELS - 1, Math.floor((x[index] ?? 0) * scale));
    cover(column, y[index] ?? 0);
    if (previous !== undefined) {
      // Where a line crosses from one column into the next, it is in both at the height of the border.
      const [x0 = 0, x1 = 0] = [x[previous], x[index]];
      const [y0 = 0, y1 = 0] = [y[previous], y[index]];
      for (let border = Math.min(PIXELS - 1, Math.floor(x0 * scale)) + 1; border <= column; border++) {
        const height = y0 + ((y1 - y0) * (border / scale - x0)) / (x1 - x0);
        cover(border - 1, height);
        cover(border, height);
      }
    }
    previous = index;
  }
  return covered;
}

describe('decimate', () => {
  it('draws the same pixels as all points do', () => {
    const chosen = decimate(x, y, 0, COUNT, range, PIXELS);
    expect(coverage(chosen)).toEqual(coverage(x.keys()));
  });

  it('gives at most 4 points a pixel, each once, in order', () => {
    const chosen = decimate(x, y, 0, COUNT, range, PIXELS);
    expect(chosen.length).toBeLessThanOrEqual(4 * PIXELS);
    expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
  });

  it('keeps every spike', () => {
    const spiky = new Float64Array(COUNT);
    for (const at of [1, 777, 50_001, COUNT - 2]) {
      spiky.fill(0);
      spiky[at] = 1;
      expect(decimate(x, spiky, 0, COUNT, range, PIXELS)).toContain(at);
    }
  });

  it('gives all points when they are few', () => {
    expect(decimate(x, y, 10, 20, [x[10] ?? 0, x[19] ?? 0], PIXELS)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
  });

  it('leaves out what is not finite', () => {
    const broken = y.map((value, index) => (index % 5 === 0 ? NaN : index % 500 === 1 ? Infinity : value));
    const chosen = decimate(x, broken, 0, COUNT, range, PIXELS);
    expect(chosen.every(index => Number.isFinite(broken[index]))).toBe(true);
    expect(decimate(x, new Float64Array(COUNT).fill(NaN), 0, COUNT, range, PIXELS)).toEqual([]);
  });

  it('manages points that all have one x', () => {
    const chosen = decimate(new Float64Array(COUNT).fill(5), y, 0, COUNT, [5, 5], PIXELS);
    expect(chosen.length).toBeGreaterThan(1);
    expect(Math.max(...chosen.map(index => y[index] ?? 0))).toBe(Math.max(...y));
  });
});
