/** What a benchmark says about its rounds, and how it says it. */

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The middle value, of an even number of values the mean of the middle two; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * How many times as long the rival took, round by round: what slows the machine down for a while slows both down, and
 * leaves the ratio of that round alone. Above 1 ours is ahead.
 */
export function ratiosOf(ours: readonly number[], rival: readonly number[]): Spread {
  return spreadOf(ours.map((mine, round) => (rival[round] ?? Number.NaN) / mine));
}

/**
 * The line of JSON that each comparison of a benchmark prints. A ratio above 1 means that ours is ahead.
 *
 * @param ours round by round.
 * @param rival round by round; a number: what is to be reached; null: it cannot do that.
 */
export function comparison(
  bench: string,
  unit: string,
  ours: readonly number[],
  rival: readonly number[] | number | null,
): string {
  const mine = rounded(median(ours));
  if (rival === null) return JSON.stringify({ bench, ours: mine, rival, unit, ratio: null });
  const theirs = typeof rival === 'number' ? ours.map(() => rival) : rival;
  const ratio = rounded(ratiosOf(ours, theirs).median);
  return JSON.stringify({ bench, ours: mine, rival: rounded(median(theirs)), unit, ratio });
}

/** With so many significant digits, as a number. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
