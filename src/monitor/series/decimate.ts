/**
 * Which points to draw of more than there are pixels: of each column of pixels the first, the lowest, the highest and
 * the last (M4: Jugel et al., VLDB 2014). Lines through these cover exactly the pixels that lines through all would.
 */

/**
 * Indices of the points to draw, ascending: all finite points of [start, end) when there are not more than 4 a pixel,
 * otherwise up to 4 of each column.
 *
 * @param x ascending; from `start` to `end` within `range`
 * @param range the x at the left edge of the first and the right edge of the last column
 */
export function decimate(
  x: Float64Array,
  y: Float64Array,
  start: number,
  end: number,
  range: readonly [number, number],
  pixels: number,
): number[] {
  const chosen: number[] = [];
  const [left, right] = range;
  const fewerThanPixels = end - start <= 4 * pixels;
  const columnsPerUnit = right > left ? pixels / (right - left) : 0;
  for (let at = start; at < end;) {
    if (fewerThanPixels) {
      if (isFinite(y[at] ?? NaN)) chosen.push(at);
      at++;
      continue;
    }
    const column = Math.floor(((x[at] ?? left) - left) * columnsPerUnit);
    // Where this column ends: found once, not by asking each point which column it is in.
    const edge = column >= pixels - 1 ? Infinity : left + (column + 1) / columnsPerUnit;
    at = chooseOfColumn(chosen, x, y, at, end, edge);
  }
  return chosen;
}

/** Takes the column that begins with the point `begin` and ends before `edge`. Returns the point after it. */
function chooseOfColumn(
  chosen: number[],
  x: Float64Array,
  y: Float64Array,
  begin: number,
  end: number,
  edge: number,
): number {
  let first = -1;
  let last = -1;
  let lowest = -1;
  let highest = -1;
  let low = Infinity;
  let high = -Infinity;
  let at = begin;
  // A column has at least the point it begins with, however the edge was rounded.
  do {
    const value = y[at] ?? NaN;
    // Quicker than Number.isFinite: only NaN - NaN and infinite differences are no zero.
    if (value - value === 0) {
      if (first < 0) first = at;
      last = at;
      if (value < low) {
        low = value;
        lowest = at;
      }
      if (value > high) {
        high = value;
        highest = at;
      }
    }
    at++;
  } while (at < end && (x[at] ?? Infinity) < edge);
  if (first >= 0) pushOnce(chosen, [first, Math.min(lowest, highest), Math.max(lowest, highest), last]);
  return at;
}

function pushOnce(chosen: number[], ascending: number[]): void {
  let previous = -1;
  for (const index of ascending) {
    if (index !== previous) chosen.push(index);
    previous = index;
  }
}
