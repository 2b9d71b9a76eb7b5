import { describe, expect, it } from 'vitest';
import { readableBins } from '../../webview/checkpoint/bins-painter.ts';
import { drawnValues, kernelOrder, largestSize, tileLayout } from '../../webview/checkpoint/value-drawing.ts';

describe('what is drawn of a variable', () => {
  const picture = {
    kind: 'kernels',
    height: 1,
    width: 2,
    channels: 1,
    channel: 0,
    kernels: 3,
    values: Float64Array.of(1, 1, 3, -4, 0, 2),
    other: Float64Array.of(1, 0, 3, 4, 0, NaN),
  } as const;

  it('is this, the other, or the difference', () => {
    expect(drawnValues(picture, 'own')).toBe(picture.values);
    expect(drawnValues(picture, 'other')).toBe(picture.other);
    expect([...drawnValues(picture, 'difference')]).toEqual([0, 1, 0, -8, 0, NaN]);
    expect(drawnValues({ ...picture, other: null }, 'difference')).toBe(picture.values);
  });

  it('is scaled by the largest number', () => {
    expect(largestSize(Float64Array.of(1, -3, NaN, Infinity))).toBe(3);
  });

  it('has kernels by number, or the strongest first', () => {
    expect(kernelOrder(picture, picture.values, 'number')).toEqual([0, 1, 2]);
    expect(kernelOrder(picture, picture.values, 'norm')).toEqual([1, 2, 0]);
  });

  it.each([
    [32, 5, 5],
    [64, 3, 3],
    [1024, 7, 7],
    [7, 11, 11],
    [1, 32, 32],
  ])('has room for %d kernels of %d×%d', (kernels, height, width) => {
    const { columns, rows, stepX, cell } = tileLayout(kernels, height, width, 284);
    expect(columns * rows).toBeGreaterThanOrEqual(kernels);
    expect(columns * (rows - 1)).toBeLessThan(kernels);
    expect((columns - 1) * stepX + width * cell).toBeLessThanOrEqual(284);
  });

  it('has full rows of kernels where that costs little', () => {
    expect(tileLayout(32, 5, 5, 284)).toMatchObject({ columns: 8, rows: 4 });
  });
});

describe('readableBins', () => {
  const bins = (value: number): Parameters<typeof readableBins>[0] => ({
    from: 0,
    to: 1,
    counts: Array.from({ length: 48 }, () => value),
  });

  it('keeps bins of many values', () => {
    expect(readableBins(bins(1000)).counts).toHaveLength(48);
  });

  it('puts bins of few values together and loses none', () => {
    const { counts } = readableBins(bins(1));
    expect(counts).toHaveLength(12);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(48);
  });
});
