/** Curves as a training writes them, and the monitor's answers about them: decimated, smoothed before that. */

import type { SeriesPoints, SeriesQuery, SeriesWindow } from '../../src/protocol/series.ts';

export interface SyntheticCurve {
  readonly steps: Float64Array;
  /** Seconds since 1970. */
  readonly wallTimes: Float64Array;
  readonly values: Float64Array;
  /** Steps at which a later attempt began. */
  readonly attempts: readonly number[];
  readonly lost: { readonly steps: Float64Array; readonly values: Float64Array } | null;
}

export interface CurveShape {
  readonly seed: number;
  readonly points: number;
  readonly every: number;
  readonly secondsPerStep: number;
  readonly startedAt: number;
  value(step: number, noise: () => number): number;
}

/** Normally distributed numbers that are the same each time (mulberry32 and Box-Muller). */
export function noiseOf(seed: number): () => number {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(uniform() + 1e-9)) * Math.cos(2 * Math.PI * uniform());
}

export function syntheticCurve(shape: CurveShape, attempts: readonly number[] = []): SyntheticCurve {
  const noise = noiseOf(shape.seed);
  const steps = Float64Array.from({ length: shape.points }, (_, i) => i * shape.every);
  return {
    steps,
    wallTimes: steps.map(step => shape.startedAt + step * shape.secondsPerStep),
    values: steps.map(step => shape.value(step, noise)),
    attempts,
    lost: null,
  };
}

/** TensorBoard's debiased moving average. */
function smooth(values: Float64Array, weight: number): Float64Array {
  let last = 0;
  let count = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) return value;
    last = last * weight + (1 - weight) * value;
    count++;
    return weight === 0 ? value : last / (1 - weight ** count);
  });
}

export function answer(curve: SyntheticCurve, { axis, range, pixels, smoothing }: SeriesQuery): SeriesWindow {
  const smoothed = smooth(curve.values, smoothing);
  const start = curve.wallTimes[0] ?? 0;
  const toX = (step: number, wallTime: number): number =>
    axis === 'step' ? step : axis === 'relative' ? wallTime - start : wallTime;
  const xs = curve.steps.map((step, i) => toX(step, curve.wallTimes[i] ?? 0));
  const finite = [...xs.keys()].filter(i => Number.isFinite(curve.values[i] ?? NaN));
  const inRange = finite.filter(i => !range || ((xs[i] ?? 0) >= range[0] && (xs[i] ?? 0) <= range[1]));
  const neighbours = range
    ? [finite.findLast(i => (xs[i] ?? 0) < range[0]), finite.find(i => (xs[i] ?? 0) > range[1])]
    : [];
  const [before, after] = neighbours;
  const visible = [
    ...(before === undefined ? [] : [before]),
    ...inRange,
    ...(after === undefined ? [] : [after]),
  ];
  const kept = decimate(visible, xs, curve.values, pixels);
  const take = (from: Float64Array): Float64Array => Float64Array.from(kept, i => from[i] ?? NaN);
  const last = curve.steps.length - 1;
  return {
    points: {
      x: take(xs),
      raw: take(curve.values),
      smoothed: take(smoothed),
      step: take(curve.steps),
      wallTime: take(curve.wallTimes),
    },
    lost: curve.lost ? [lostPoints(curve.lost, start, toX)] : [],
    attempts: curve.attempts.map(step => {
      const wallTime = curve.wallTimes[curve.steps.indexOf(step)] ?? start;
      return { step, wallTime, x: toX(step, wallTime) };
    }),
    nonFinite: [...xs.keys()].flatMap(i => {
      const value = curve.values[i] ?? 0;
      if (Number.isFinite(value)) return [];
      return [{ x: xs[i] ?? 0, step: curve.steps[i] ?? 0, value: String(value) as 'NaN' }];
    }),
    count: curve.steps.length,
    xExtent: last < 0 ? null : [xs[0] ?? 0, xs[last] ?? 0],
    newest:
      last < 0
        ? null
        : {
            step: curve.steps[last] ?? 0,
            wallTime: curve.wallTimes[last] ?? 0,
            value: curve.values[last] ?? NaN,
            smoothed: smoothed[last] ?? NaN,
          },
  };
}

function lostPoints(
  lost: NonNullable<SyntheticCurve['lost']>,
  start: number,
  toX: (step: number, wallTime: number) => number,
): SeriesPoints {
  const wallTime = lost.steps.map(() => start);
  return {
    x: lost.steps.map((step, i) => toX(step, wallTime[i] ?? 0)),
    raw: lost.values,
    smoothed: lost.values,
    step: lost.steps,
    wallTime,
  };
}

/** First, lowest, highest and last point of each pixel column. */
function decimate(
  indices: readonly number[],
  xs: Float64Array,
  values: Float64Array,
  pixels: number,
): number[] {
  if (indices.length <= 4 * pixels) return [...indices];
  const from = xs[indices[0] ?? 0] ?? 0;
  const to = xs[indices[indices.length - 1] ?? 0] ?? 0;
  const columns = new Map<number, number[]>();
  for (const i of indices) {
    const column = Math.min(pixels - 1, Math.floor((((xs[i] ?? 0) - from) / (to - from)) * pixels));
    const members = columns.get(column);
    if (members) members.push(i);
    else columns.set(column, [i]);
  }
  return [...columns.values()].flatMap(members => {
    const byValue = [...members].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
    const kept = new Set([members[0], byValue[0], byValue[byValue.length - 1], members[members.length - 1]]);
    return members.filter(i => kept.has(i));
  });
}
