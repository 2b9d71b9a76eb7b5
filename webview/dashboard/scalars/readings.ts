import type { SeriesPoints } from '../../../src/protocol/series.ts';
import type { ChartCurve } from '../charts/picture.ts';
import { nearestIndex } from '../charts/nearest-point.ts';

/** What a run's curve says at the crosshair. */
export interface Reading {
  readonly curve: ChartCurve;
  readonly x: number;
  readonly smoothed: number;
  readonly value: number;
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** The curve has no point there: it ended before, or begins after. This is its own last or first one. */
  readonly outside: boolean;
}

export type TooltipSort = 'lowest' | 'highest';

/** One reading for each curve that has points, in the order of the curves. */
export function readingsAt(curves: readonly ChartCurve[], x: number): Reading[] {
  return curves.flatMap(curve => {
    const { points } = curve.window;
    const index = nearestIndex(points.x, x);
    if (index < 0) return [];
    return [{ ...pointAt(points, index), curve, outside: isOutside(points, x) }];
  });
}

function pointAt(points: SeriesPoints, index: number): Omit<Reading, 'curve' | 'outside'> {
  return {
    x: points.x[index] ?? NaN,
    smoothed: points.smoothed[index] ?? NaN,
    value: points.raw[index] ?? NaN,
    step: points.step[index] ?? NaN,
    wallTime: points.wallTime[index] ?? NaN,
  };
}

function isOutside({ x: xs }: SeriesPoints, x: number): boolean {
  const first = xs[0] ?? NaN;
  const last = xs[xs.length - 1] ?? NaN;
  return x < first || x > last;
}

/** The reading whose curve is nearest to `y` of those at hand, by distance on the screen. */
export function nearestReading(
  readings: readonly Reading[],
  y: number,
  yPosition: (value: number) => number,
): Reading | undefined {
  const distance = (reading: Reading): number => {
    const away = Math.abs(yPosition(reading.smoothed) - y);
    return Number.isFinite(away) ? away : Infinity;
  };
  const candidates = readings.some(reading => !reading.outside)
    ? readings.filter(reading => !reading.outside)
    : readings;
  return candidates.reduce<Reading | undefined>(
    (best, reading) => (best && distance(best) <= distance(reading) ? best : reading),
    undefined,
  );
}

/** In the tooltip's order. Values that are no numbers come last. */
export function sortReadings(readings: readonly Reading[], sort: TooltipSort): Reading[] {
  const sign = sort === 'lowest' ? 1 : -1;
  return [...readings].sort((a, b) => {
    if (Number.isNaN(a.smoothed) || Number.isNaN(b.smoothed))
      return Number(Number.isNaN(a.smoothed)) - Number(Number.isNaN(b.smoothed));
    return sign * (a.smoothed - b.smoothed);
  });
}
