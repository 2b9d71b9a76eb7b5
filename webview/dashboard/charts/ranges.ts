import type { SeriesWindow, XAxis } from '../../../src/protocol/series.ts';

/** Ascending. */
export type Range = readonly [number, number];

export interface YRangeOptions {
  /** Scale to what most values span, see `innerRange`. Changes the scale only: every point is drawn. */
  readonly ignoreOutliers: boolean;
  readonly logarithmic: boolean;
  /** Whether a smoothed curve is drawn in front of the raw one. */
  readonly smoothed: boolean;
}

/** Room above and below the curves, as a part of the range. TensorBoard's. */
const PADDING = 0.05;
/** A curve that is nowhere negative and comes this near to 0 is shown down to 0. */
const NEAR_ZERO = 0.2;

/** Of fewer values, 5 % are less than one: none of them is an outlier. */
const FEWEST_WITH_OUTLIERS = 20;

/**
 * What the y axis shows of these curves between `x[0]` and `x[1]`; null when nothing there can be drawn.
 * Outliers are looked for over the smoothed values where there are any, as TensorBoard does it
 * (`line_chart_internal_utils.ts`).
 */
export function yRange(windows: readonly SeriesWindow[], x: Range, options: YRangeOptions): Range | null {
  const curves = windows.flatMap(({ points, lost }) => {
    const front = options.smoothed ? [{ xs: points.x, ys: points.smoothed }] : [];
    if (options.ignoreOutliers && options.smoothed) return front;
    const raw = [...front, { xs: points.x, ys: points.raw }];
    return options.ignoreOutliers ? raw : [...raw, ...lost.map(tail => ({ xs: tail.x, ys: tail.raw }))];
  });
  const values = new Float64Array(curves.reduce((sum, { ys }) => sum + ys.length, 0));
  let count = 0;
  for (const { xs, ys } of curves) {
    for (let i = 0; i < ys.length; i++) {
      const y = ys[i] ?? NaN;
      const at = xs[i] ?? NaN;
      if (at >= x[0] && at <= x[1] && Number.isFinite(y) && (y > 0 || !options.logarithmic))
        values[count++] = y;
    }
  }
  const visible = values.subarray(0, count);
  const extent =
    options.ignoreOutliers && count >= FEWEST_WITH_OUTLIERS ? innerRange(visible) : extentOf(visible);
  if (!extent) return null;
  return options.logarithmic ? padLogarithmic(extent) : padLinear(extent);
}

function extentOf(values: Float64Array): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : null;
}

/**
 * TensorBoard's `y[ceil((N-1)*.05)] ... y[floor((N-1)*.95)]`, on each side up to the last value where that is no
 * further away than the range is wide: the ends of a curve that only rises are not outliers. Reorders the values.
 */
function innerRange(values: Float64Array): Range {
  const last = values.length - 1;
  const low = select(values, Math.ceil(last * 0.05));
  const high = select(values, Math.floor(last * 0.95));
  const [min, max] = extentOf(values) ?? [low, high];
  const width = high - low;
  return [low - min <= width ? min : low, max - high <= width ? max : high];
}

/** The value that would be at `index` if `values` were sorted (Hoare's quickselect). Reorders them. */
function select(values: Float64Array, index: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] ?? NaN;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? NaN) < pivot) i++;
      while ((values[j] ?? NaN) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? NaN;
      values[i++] = values[j] ?? NaN;
      values[j--] = swapped;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index] ?? NaN;
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
