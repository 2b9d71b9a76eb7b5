/** Index of the last x that is <= `value`, or -1. `xs` ascends. */
export function lastAtOrBefore(xs: Float64Array, value: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the x nearest to `value`; -1 when there is none. `xs` ascends. */
export function nearestIndex(xs: Float64Array, value: number): number {
  const before = lastAtOrBefore(xs, value);
  if (before < 0) return xs.length > 0 ? 0 : -1;
  const next = xs[before + 1];
  const here = xs[before] ?? value;
  return next !== undefined && next - value < value - here ? before + 1 : before;
}
