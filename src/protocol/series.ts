/** A curve as the monitor gives it out and the dashboard draws it. */

export type XAxis = 'step' | 'relative' | 'wall';

export interface SeriesQuery {
  readonly run: string;
  readonly tag: string;
  readonly axis: XAxis;
  /** Visible part of the x axis, in its unit (steps, seconds since the run's first point, seconds since 1970); null = all. */
  readonly range: readonly [number, number] | null;
  /** Width of the plot in device pixels: the answer has at most 4 points for each. */
  readonly pixels: number;
  /** TensorBoard's debiased moving average, 0 (off) to 0.99, computed over every point before decimation. */
  readonly smoothing: number;
}

/** A piece of a curve. All arrays are equally long, x ascending. Every spike of the full data is in it. */
export interface SeriesPoints {
  readonly x: Float64Array;
  readonly raw: Float64Array;
  readonly smoothed: Float64Array;
  readonly step: Float64Array;
  /** Seconds since 1970. */
  readonly wallTime: Float64Array;
}

export interface SeriesWindow {
  readonly points: SeriesPoints;
  /** What an attempt computed past the step from which the next one resumed. Drawn dotted. */
  readonly lost: readonly SeriesPoints[];
  /** Where a later attempt began. */
  readonly attempts: readonly { readonly step: number; readonly wallTime: number; readonly x: number }[];
  /** Steps of points that are NaN or infinite: never joined by a line. */
  readonly nonFinite: readonly {
    readonly x: number;
    readonly step: number;
    readonly value: 'NaN' | 'Infinity' | '-Infinity';
  }[];
  /** All points of the curve, in the window or not. */
  readonly count: number;
  readonly xExtent: readonly [number, number] | null;
  readonly newest: {
    readonly step: number;
    readonly wallTime: number;
    readonly value: number;
    readonly smoothed: number;
  } | null;
}

export type TagKind = 'scalar' | 'histogram' | 'image' | 'text' | 'other';

export interface TagInfo {
  readonly tag: string;
  readonly kind: TagKind;
  readonly count: number;
  readonly newestStep: number;
  /** For scalars. */
  readonly newestValue: number | null;
}

/** A damaged stretch of an event file: everything before and after it is shown. */
export interface LogProblem {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly message: string;
}

/** What the monitor knows of one log folder. A complete snapshot, never a delta. */
export interface LogSummary {
  readonly run: string;
  /** True until everything that was there at first has been read. */
  readonly loading: boolean;
  readonly tags: readonly TagInfo[];
  readonly newestStep: number | null;
  /** Seconds since 1970, of the newest event. */
  readonly newestWallTime: number | null;
  readonly problems: readonly LogProblem[];
}
