import { describe, expect, it } from 'vitest';
import type { ChartCurve } from '../../webview/dashboard/charts/picture.ts';
import { nearestReading, readingsAt, sortReadings } from '../../webview/dashboard/scalars/readings.ts';
import { runStyle } from '../../webview/dashboard/charts/run-style.ts';

function curveOf(name: string, points: readonly (readonly [x: number, y: number])[]): ChartCurve {
  const x = Float64Array.from(points, point => point[0]);
  const y = Float64Array.from(points, point => point[1]);
  return {
    run: name,
    name,
    series: 0,
    style: runStyle(0, false),
    window: {
      points: { x, raw: y, smoothed: y, step: x, wallTime: x },
      lost: [],
      attempts: [],
      nonFinite: [],
      count: x.length,
      xExtent: null,
      newest: null,
    },
    failed: false,
    origin: null,
    fromItsFirstPoint: true,
    checkpoints: [],
  };
}

const low = curveOf('low', [
  [0, 1],
  [10, 1],
  [20, 1],
]);
const high = curveOf('high', [
  [0, 3],
  [10, 3],
  [20, 3],
]);
const ended = curveOf('ended', [
  [0, 2],
  [5, 2],
]);

describe('readings', () => {
  it("are each curve's point nearest to the crosshair; a curve that ended before gives its last", () => {
    const readings = readingsAt([low, high, ended, curveOf('empty', [])], 12);
    expect(readings.map(({ curve, x, outside }) => [curve.name, x, outside])).toEqual([
      ['low', 10, false],
      ['high', 10, false],
      ['ended', 5, true],
    ]);
  });

  it('are nearest to the pointer by distance on the screen, but not those of curves that ended', () => {
    const readings = readingsAt([low, high, ended], 12);
    const onScreen = (value: number): number => 100 - 10 * value;
    expect(nearestReading(readings, 75, onScreen)?.curve.name).toBe('high');
    expect(nearestReading(readings, 81, onScreen)?.curve.name).toBe('low');
    expect(nearestReading(readingsAt([ended], 12), 0, onScreen)?.curve.name).toBe('ended');
    expect(nearestReading([], 0, onScreen)).toBeUndefined();
  });

  it('are sorted either way, what is no number last', () => {
    const readings = readingsAt([curveOf('nan', [[12, NaN]]), high, low, ended], 12);
    const names = (sort: 'lowest' | 'highest'): string[] =>
      sortReadings(readings, sort).map(({ curve }) => curve.name);
    expect(names('lowest')).toEqual(['low', 'ended', 'high', 'nan']);
    expect(names('highest')).toEqual(['high', 'ended', 'low', 'nan']);
  });
});
