/** Answers a query: the part of a curve that a plot shows, no more points than it has use for. */

import type { SeriesPoints, SeriesQuery, SeriesWindow, XAxis } from '../../protocol/series.ts';
import type { Columns } from './columns.ts';
import { decimate } from './decimate.ts';
import type { ScalarSeries } from './scalar-series.ts';
import { Smoother } from './smoothing.ts';
import { lowerBound, upperBound } from './sorted-search.ts';

/** @param origin wall time of the run's first point: where the relative axis has its 0 */
export function seriesWindow(series: ScalarSeries, query: SeriesQuery, origin: number): SeriesWindow {
  const { axis } = query;
  const smoothed = series.smoother.smooth(series.points.value, query.smoothing);
  const curve = alongAxis(series.points, smoothed, axis, origin);
  const lost = series.lost.map(piece =>
    alongAxis(piece, new Smoother().smooth(piece.value, query.smoothing), axis, origin),
  );
  const xExtent = extentOf([curve, ...lost]);
  const range = query.range ?? xExtent ?? [0, 0];
  return {
    points: pointsIn(curve, range, query.pixels),
    lost: lost.map(piece => pointsIn(piece, range, query.pixels)).filter(piece => piece.x.length > 0),
    attempts: series.attempts.map(({ step, wallTime }) => ({
      step,
      wallTime,
      x: xOf(axis, step, wallTime, origin),
    })),
    nonFinite: nonFiniteIn(curve, range, query.pixels),
    count: series.points.length,
    xExtent,
    newest: newestOf(series.points, smoothed),
  };
}

/** Columns in the order of their x. `shift` is what to take from `sortedX` to get x. */
interface AlongAxis {
  readonly sortedX: Float64Array;
  readonly shift: number;
  readonly raw: Float64Array;
  readonly smoothed: Float64Array;
  readonly step: Float64Array;
  readonly wallTime: Float64Array;
}

function xOf(axis: XAxis, step: number, wallTime: number, origin: number): number {
  if (axis === 'step') return step;
  return axis === 'wall' ? wallTime : wallTime - origin;
}

function alongAxis(points: Columns, smoothed: Float64Array, axis: XAxis, origin: number): AlongAxis {
  const { step, wallTime, value: raw } = points;
  const shift = axis === 'relative' ? origin : 0;
  if (axis === 'step') return { sortedX: step, shift, raw, smoothed, step, wallTime };
  if (points.wallTimesAscend) return { sortedX: wallTime, shift, raw, smoothed, step, wallTime };
  const order = Uint32Array.from(wallTime.keys()).filter(index => Number.isFinite(wallTime[index]));
  order.sort((a, b) => (wallTime[a] ?? 0) - (wallTime[b] ?? 0) || a - b);
  const sorted = gather(wallTime, order);
  return {
    sortedX: sorted,
    shift,
    raw: gather(raw, order),
    smoothed: gather(smoothed, order),
    step: gather(step, order),
    wallTime: sorted,
  };
}

function extentOf(pieces: AlongAxis[]): readonly [number, number] | null {
  let left = Infinity;
  let right = -Infinity;
  for (const { sortedX, shift } of pieces) {
    left = Math.min(left, (sortedX[0] ?? Infinity) - shift);
    right = Math.max(right, (sortedX.at(-1) ?? -Infinity) - shift);
  }
  return left <= right ? [left, right] : null;
}

/** The points within the range are those from `start` on, before `end`. */
function boundsOf(
  piece: AlongAxis,
  [left, right]: readonly [number, number],
): { start: number; end: number } {
  const start = lowerBound(piece.sortedX, left + piece.shift);
  return { start, end: Math.max(start, upperBound(piece.sortedX, right + piece.shift)) };
}

/** The points to draw within the range, and one beyond each side, so that the lines run to the plot's edge. */
function pointsIn(piece: AlongAxis, range: readonly [number, number], pixels: number): SeriesPoints {
  const { sortedX, raw, shift } = piece;
  const { start, end } = boundsOf(piece, range);
  const shifted = [range[0] + shift, range[1] + shift] as const;
  const within = decimate(sortedX, raw, start, end, shifted, Math.max(1, Math.floor(pixels)));
  // Beyond a value that is not finite there is no line.
  const outside = [start - 1, end].filter(index => Number.isFinite(raw[index]));
  const chosen = Uint32Array.from([
    ...outside.filter(index => index < start),
    ...within,
    ...outside.filter(index => index >= start),
  ]);
  return {
    x: gather(sortedX, chosen).map(x => x - shift),
    raw: gather(raw, chosen),
    smoothed: gather(piece.smoothed, chosen),
    step: gather(piece.step, chosen),
    wallTime: gather(piece.wallTime, chosen),
  };
}

/** All that is not finite within the range; where there is more than the pixels can show, one for each pixel. */
function nonFiniteIn(
  piece: AlongAxis,
  range: readonly [number, number],
  pixels: number,
): SeriesWindow['nonFinite'] {
  const { start, end } = boundsOf(piece, range);
  const found: number[] = [];
  for (let at = start; at < end; at++) if (!Number.isFinite(piece.raw[at])) found.push(at);
  const shown = found.length <= 4 * pixels ? found : oneAPixel(piece, found, range, pixels);
  return shown.map(at => {
    const value = piece.raw[at] ?? NaN;
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
    return { x: (piece.sortedX[at] ?? NaN) - piece.shift, step: piece.step[at] ?? NaN, value: name };
  });
}

function oneAPixel(
  piece: AlongAxis,
  found: number[],
  range: readonly [number, number],
  pixels: number,
): number[] {
  const width = (range[1] - range[0]) / pixels;
  let edge = -Infinity;
  return found.filter(at => {
    const x = (piece.sortedX[at] ?? NaN) - piece.shift;
    if (x < edge) return false;
    edge = x + width;
    return true;
  });
}

function gather(from: Float64Array, indices: Uint32Array): Float64Array {
  const gathered = new Float64Array(indices.length);
  indices.forEach((index, at) => {
    gathered[at] = from[index] ?? NaN;
  });
  return gathered;
}

function newestOf(points: Columns, smoothed: Float64Array): SeriesWindow['newest'] {
  const step = points.step.at(-1);
  if (step === undefined) return null;
  return {
    step,
    wallTime: points.wallTime.at(-1) ?? NaN,
    value: points.value.at(-1) ?? NaN,
    smoothed: smoothed.at(-1) ?? NaN,
  };
}
