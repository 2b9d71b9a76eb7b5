import type { SeriesPoints, SeriesWindow, XAxis } from '../../src/protocol/series.ts';

/** Ascending. */
export type Range = readonly [number, number];

export interface YRangeOptions {
  /** Scale to what lies between the 5th and the 95th percentile. Changes the scale only: every point is drawn. */
  readonly ignoreOutliers: boolean;
  readonly logarithmic: boolean;
  /** Whether a smoothed curve is drawn in front of the raw one. */
  readonly smoothed: boolean;
}

/** Room above and below the curves, as a part of the range. TensorBoard's. */
const PADDING = 0.05;
/** A curve that is nowhere negative and comes this near to 0 is shown down to 0. */
const NEAR_ZERO = 0.2;

/**
 * What the y axis shows of these curves between `x[0]` and `x[1]`; null when nothing there can be drawn.
 * Outliers are ignored as TensorBoard does it: over the smoothed values where there are any
 * (`line_chart_internal_utils.ts`).
 */
export function yRange(windows: readonly SeriesWindow[], x: Range, options: YRangeOptions): Range | null {
  const values: number[] = [];
  const collect = (points: SeriesPoints, ys: Float64Array): void => {
    for (let i = 0; i < ys.length; i++) {
      const y = ys[i] ?? NaN;
      const at = points.x[i] ?? NaN;
      if (at >= x[0] && at <= x[1] && Number.isFinite(y) && (y > 0 || !options.logarithmic)) values.push(y);
    }
  };
  for (const { points, lost } of windows) {
    if (options.smoothed) collect(points, points.smoothed);
    if (options.ignoreOutliers && options.smoothed) continue;
    collect(points, points.raw);
    if (options.ignoreOutliers) continue;
    for (const tail of lost) collect(tail, tail.raw);
  }
  const extent = options.ignoreOutliers ? inner90(Float64Array.from(values)) : extentOf(values);
  if (!extent) return null;
  return options.logarithmic ? padLogarithmic(extent) : padLinear(extent);
}

function extentOf(values: readonly number[]): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : null;
}

/** TensorBoard's `y[ceil((N-1)*.05)] ... y[floor((N-1)*.95)]` for more than two values. */
function inner90(values: Float64Array): Range | null {
  const n = values.length;
  if (n <= 2) return extentOf([...values]);
  values.sort();
  const low = values[Math.ceil((n - 1) * 0.05)];
  const high = values[Math.floor((n - 1) * 0.95)];
  return low === undefined || high === undefined ? null : [low, high];
}

function padLinear([min, max]: Range): Range {
  if (min === max) {
    const room = min === 0 ? 1 : Math.abs(min) * 0.1;
    return min === 0 ? [0, 1] : [min - room, max + room];
  }
  const room = (max - min) * PADDING;
  const bottom = min >= 0 && (min < max * NEAR_ZERO || min < room) ? 0 : min - room;
  return [bottom, max + room];
}

function padLogarithmic([min, max]: Range): Range {
  const ratio = min === max ? 2 : (max / min) ** PADDING;
  return [min / ratio, max * ratio];
}

/** What the x axis shows when nothing is zoomed: everything there is. */
export function xRange(windows: readonly SeriesWindow[], axis: XAxis): Range {
  let min = Infinity;
  let max = -Infinity;
  for (const { xExtent } of windows) {
    if (!xExtent) continue;
    min = Math.min(min, xExtent[0]);
    max = Math.max(max, xExtent[1]);
  }
  if (min > max) return [0, 1];
  // A curve whose first point is step 10 still begins where training began.
  if (axis === 'step' && min > 0 && min < max * 0.1) min = 0;
  if (min === max)
    return axis === 'wall' ? [min - 30, max + 30] : [Math.min(0, min), max > 0 ? max * 2 : max + 1];
  return [min, max];
}

/** `range` made `factor` times as wide around `centre`; along the logarithm for a logarithmic axis. */
export function zoomed(range: Range, centre: number, factor: number, logarithmic = false): Range {
  if (logarithmic) {
    const [low, high] = zoomed([Math.log(range[0]), Math.log(range[1])], Math.log(centre), factor);
    return [Math.exp(low), Math.exp(high)];
  }
  return [centre - (centre - range[0]) * factor, centre + (range[1] - centre) * factor];
}

export function covers(outer: Range | null, inner: Range | null): boolean {
  if (outer === null) return true;
  return inner !== null && outer[0] <= inner[0] && outer[1] >= inner[1];
}
