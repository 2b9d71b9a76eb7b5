/** What is said of one tensor's values: where they lie, how they spread, and which of them are no numbers. */

/** A histogram with bins of equal width, as numpy.histogram: the last bin also holds `to`. */
export interface ValueBins {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Of finite values only, but for the counts. Numbers that exceed a double are infinite. */
export interface FiniteStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population, as numpy.std. */
  readonly standardDeviation: number;
  /** Euclidean. */
  readonly norm: number;
  readonly bins: ValueBins;
}

export interface ValueStatistics {
  readonly count: number;
  /** Also negative ones. */
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  /** null: no value is finite. */
  readonly finite: FiniteStatistics | null;
}
