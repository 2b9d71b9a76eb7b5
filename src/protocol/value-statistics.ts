/** What is said of a tensor's values, as formats/value-statistics.ts finds it and webviews show it. */

/** A histogram with bins of equal width; the last one also holds `to`. */
export interface ValueBins {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

export interface FiniteStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population. */
  readonly standardDeviation: number;
  /** Euclidean. */
  readonly norm: number;
  readonly bins: ValueBins;
}

export interface ValueStatistics {
  readonly count: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  /** Of finite values; null: there is none. */
  readonly finite: FiniteStatistics | null;
}
