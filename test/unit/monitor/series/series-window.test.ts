import { describe, expect, it } from 'vitest';
import { ScalarSeries } from '../../../../src/monitor/series/scalar-series.ts';
import { seriesWindow } from '../../../../src/monitor/series/series-window.ts';
import type { SeriesQuery, SeriesWindow } from '../../../../src/protocol/series.ts';

const ORIGIN = 1000;

function seriesOf(
  points: readonly (readonly [step: number, wallTime: number, value: number])[],
): ScalarSeries {
  const series = new ScalarSeries();
  for (const [step, wallTime, value] of points) series.append(0, step, wallTime, value);
  return series;
}

const line = seriesOf(Array.from({ length: 100 }, (_, step) => [step, ORIGIN + 2 * step, step * step]));

const ask = (series: ScalarSeries, query: Partial<SeriesQuery>): SeriesWindow =>
  seriesWindow(
    series,
    { run: 'r', tag: 't', axis: 'step', range: null, pixels: 1000, smoothing: 0, ...query },
    ORIGIN,
  );

describe('a window', () => {
  it('has one point beyond each side, so that the line runs to the edge', () => {
    expect([...ask(line, { range: [10.5, 12.5] }).points.x]).toEqual([10, 11, 12, 13]);
    expect([...ask(line, { range: [10, 12] }).points.x]).toEqual([9, 10, 11, 12, 13]);
  });

  it('between two points has these two', () => {
    expect([...ask(line, { range: [10.2, 10.8] }).points.x]).toEqual([10, 11]);
  });

  it('beyond the ends has the end', () => {
    expect([...ask(line, { range: [200, 300] }).points.x]).toEqual([99]);
    expect([...ask(line, { range: [-10, 0.5] }).points.x]).toEqual([0, 1]);
  });

  it.each([
    ['relative', [20, 24], [18, 20, 22, 24, 26]],
    ['wall', [ORIGIN + 20, ORIGIN + 24], [1018, 1020, 1022, 1024, 1026]],
  ] as const)('has the unit of the %s axis', (axis, range, x) => {
    const window = ask(line, { axis, range });
    expect([...window.points.x]).toEqual(x);
    expect([...window.points.step]).toEqual([9, 10, 11, 12, 13]);
  });

  it('says how far all of the curve reaches, and what came last', () => {
    const { count, xExtent, newest } = ask(line, { axis: 'relative', range: [0, 1] });
    expect({ count, xExtent, newest }).toEqual({
      count: 100,
      xExtent: [0, 198],
      newest: { step: 99, wallTime: 1198, value: 9801, smoothed: 9801 },
    });
  });

  it('of an empty curve is empty', () => {
    expect(ask(new ScalarSeries(), {})).toMatchObject({
      count: 0,
      xExtent: null,
      newest: null,
      lost: [],
      attempts: [],
    });
  });

  it('is smoothed over every point, whatever part is shown', () => {
    const all = ask(line, { smoothing: 0.9 });
    const part = ask(line, { smoothing: 0.9, range: [50, 52], pixels: 1 });
    expect(part.points.smoothed[0]).toBe(all.points.smoothed[49]);
  });
});

describe('values that are not finite', () => {
  const series = seriesOf([
    [0, 1000, 1],
    [1, 1001, NaN],
    [2, 1002, 3],
    [3, 1003, Infinity],
    [4, 1004, -Infinity],
    [5, 1005, 6],
  ]);

  it('are told apart from the points', () => {
    const { points, nonFinite } = ask(series, { axis: 'relative' });
    expect([...points.raw]).toEqual([1, 3, 6]);
    expect(nonFinite).toEqual([
      { x: 1, step: 1, value: 'NaN' },
      { x: 3, step: 3, value: 'Infinity' },
      { x: 4, step: 4, value: '-Infinity' },
    ]);
  });

  it('end the line where they are just beyond the side', () => {
    expect([...ask(series, { range: [1.5, 2.5] }).points.x]).toEqual([2]);
  });

  it('come one a pixel when there are very many', () => {
    const many = seriesOf(Array.from({ length: 10_000 }, (_, step) => [step, step, NaN]));
    expect(ask(many, { pixels: 100 }).nonFinite).toHaveLength(100);
  });
});

describe('clocks that were set back', () => {
  it('leave the points in the order of time on the axes of time', () => {
    const series = seriesOf([
      [0, 1010, 0],
      [1, 1005, 1],
      [2, NaN, 2],
      [3, 1020, 3],
    ]);
    expect([...ask(series, { axis: 'wall' }).points.x]).toEqual([1005, 1010, 1020]);
    expect([...ask(series, { axis: 'wall' }).points.raw]).toEqual([1, 0, 3]);
    expect([...ask(series, { axis: 'step' }).points.raw]).toEqual([0, 1, 2, 3]);
  });
});

describe('a curve that goes back all the time', () => {
  it('keeps its steps ascending and a bounded number of lost pieces', () => {
    const series = new ScalarSeries();
    for (let epoch = 0; epoch < 300; epoch++)
      for (let step = 0; step < 5; step++) series.append(0, step, epoch, epoch);
    const { points, lost, attempts } = ask(series, {});
    expect([...points.raw]).toEqual([299, 299, 299, 299, 299]);
    expect(lost).toHaveLength(100);
    expect(attempts).toEqual([]);
  });
});
