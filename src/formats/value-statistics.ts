/** Finds where a tensor's values lie, how they spread, and which of them are no numbers. */

import type { ValueBins, ValueStatistics } from '../protocol/value-statistics.ts';
import { dtypeSize } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { comparableNumbersOf } from './tensor-numbers.ts';
import { elementCount, type TensorValue } from './tensor-value.ts';

/** Values are decoded in pieces of this many, so that a large tensor is not in memory a second time. */
const PIECE = 2 ** 15;

const DEFAULT_BINS = 48;

/**
 * Reads the values twice: `numpy.std` and the bins need what the first pass finds. The bins go from `min` to `max`, or half
 * a unit to either side of them where they are equal. Of complex numbers the absolute values count.
 *
 * @throws TypeError for a dtype without numbers; FormatError when there are fewer bytes than the shape asks for.
 */
export function valueStatistics(value: TensorValue, bins = DEFAULT_BINS): ValueStatistics {
  const counts = { count: 0, zeros: 0, nans: 0, infinities: 0 };
  let [min, max] = [Infinity, -Infinity];
  let [sum, sumSquares] = [0, 0];
  for (const piece of pieces(value)) {
    // One sum for each piece keeps what small values add to a large sum.
    let [pieceSum, pieceSquares] = [0, 0];
    for (const number of piece) {
      if (number - number !== 0) {
        if (Number.isNaN(number)) counts.nans++;
        else counts.infinities++;
        continue;
      }
      if (number < min) min = number;
      if (number > max) max = number;
      if (number === 0) counts.zeros++;
      pieceSum += number;
      pieceSquares += number * number;
    }
    counts.count += piece.length;
    sum += pieceSum;
    sumSquares += pieceSquares;
  }
  const finiteCount = counts.count - counts.nans - counts.infinities;
  if (finiteCount === 0) return { ...counts, finite: null };
  const mean = sum / finiteCount;
  const range = min === max ? { from: min - 0.5, to: max + 0.5 } : { from: min, to: max };
  const { deviations, counts: binned } = spreadOf(value, mean, range, bins);
  return {
    ...counts,
    finite: {
      min,
      max,
      mean,
      standardDeviation: Math.sqrt(deviations / finiteCount),
      norm: Math.sqrt(sumSquares),
      bins: { ...range, counts: binned },
    },
  };
}

/** The histogram over another range, that of two tensors to compare: values outside of it are left out. */
export function valueBins(value: TensorValue, range: ValueRange, bins = DEFAULT_BINS): ValueBins {
  return { ...range, counts: spreadOf(value, 0, range, bins).counts };
}

/** `from` is below `to`. */
export type ValueRange = Pick<ValueBins, 'from' | 'to'>;

interface Spread {
  /** Sum of the squared distances from the mean. */
  readonly deviations: number;
  readonly counts: number[];
}

function spreadOf(value: TensorValue, mean: number, { from, to }: ValueRange, bins: number): Spread {
  // The distance between two doubles may be more than a double; that between their quarters is not.
  const unit = Number.isFinite(to - from) ? 1 : 0.25;
  const [start, width] = [from * unit, (to - from === Infinity ? to * unit - from * unit : to - from) / bins];
  const edges = Float64Array.from({ length: bins + 1 }, (_, edge) =>
    edge === bins ? to * unit : start + edge * width,
  );
  const counts = new Float64Array(bins);
  let deviations = 0;
  for (const piece of pieces(value)) {
    let pieceDeviations = 0;
    for (const number of piece) {
      if (number - number !== 0) continue;
      pieceDeviations += (number - mean) * (number - mean);
      if (number < from || number > to) continue;
      const scaled = number * unit;
      let bin = Math.min(bins - 1, Math.floor((scaled - start) / width));
      // The quotient may be rounded over an edge; numpy corrects it the same way.
      if (scaled < (edges[bin] ?? 0)) bin--;
      else if (bin < bins - 1 && scaled >= (edges[bin + 1] ?? 0)) bin++;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    deviations += pieceDeviations;
  }
  return { deviations, counts: [...counts] };
}

function* pieces(value: TensorValue): Generator<Float64Array> {
  const count = elementCount(value.shape);
  const size = dtypeSize(value.dtype);
  if (size !== null && value.bytes.length < count * size) {
    throw new FormatError(`A tensor of ${count} elements has only ${value.bytes.length} bytes.`);
  }
  for (let start = 0; start < count; start += PIECE) {
    const end = Math.min(start + PIECE, count);
    yield comparableNumbersOf(value, start, end);
  }
}
