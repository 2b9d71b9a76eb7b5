/** The values of one variable in two checkpoints, side by side. */

import { dtypeSize } from '../../formats/dtype.ts';
import { elementCount, type TensorValue } from '../../formats/tensor-value.ts';
import { comparableNumbersOf } from '../../formats/tensor-numbers.ts';
import { valueBins, valueStatistics } from '../../formats/value-statistics.ts';
import type { VariableChange } from '../../protocol/checkpoint.ts';
import type { ValueStatistics } from '../../protocol/value-statistics.ts';

const PIECE = 2 ** 15;

/** Both have the same shape and numbers, of whatever dtype. */
export function changeOf(
  own: TensorValue,
  other: TensorValue,
  ownStatistics: ValueStatistics,
): Extract<VariableChange, { kind: 'values' }> {
  const otherStatistics = valueStatistics(other);
  return {
    kind: 'values',
    ...differenceOf(own, other),
    other: otherStatistics,
    bins: commonBins(own, other, ownStatistics, otherStatistics),
  };
}

type Difference = Pick<
  Extract<VariableChange, { kind: 'values' }>,
  'relative' | 'cosine' | 'largest' | 'unmatched'
>;

/** Of the elements that are finite in both; the others are counted. */
function differenceOf(own: TensorValue, other: TensorValue): Difference {
  let [squares, ownSquares, otherSquares, product, largest, unmatched] = [0, 0, 0, 0, 0, 0];
  const count = elementCount(own.shape);
  for (let start = 0; start < count; start += PIECE) {
    const end = Math.min(start + PIECE, count);
    const [a, b] = [comparableNumbersOf(own, start, end), comparableNumbersOf(other, start, end)];
    for (let index = 0; index < a.length; index++) {
      const [x, y] = [a[index] ?? NaN, b[index] ?? NaN];
      const difference = x - y;
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        if (!Object.is(x, y)) unmatched++;
        continue;
      }
      squares += difference * difference;
      ownSquares += x * x;
      otherSquares += y * y;
      product += x * y;
      if (Math.abs(difference) > largest) largest = Math.abs(difference);
    }
  }
  const norms = Math.sqrt(ownSquares) * Math.sqrt(otherSquares);
  return {
    relative: squares === 0 ? 0 : otherSquares === 0 ? null : Math.sqrt(squares / otherSquares),
    cosine: norms === 0 ? null : squares === 0 ? 1 : Math.max(-1, Math.min(1, product / norms)),
    largest,
    unmatched,
  };
}

function commonBins(
  own: TensorValue,
  other: TensorValue,
  { finite: a }: ValueStatistics,
  { finite: b }: ValueStatistics,
): Extract<VariableChange, { kind: 'values' }>['bins'] {
  if (a === null || b === null) return null;
  const range = { from: Math.min(a.bins.from, b.bins.from), to: Math.max(a.bins.to, b.bins.to) };
  return { own: valueBins(own, range), other: valueBins(other, range) };
}

/** Bytes that reading the variable takes in memory: what the dtype and shape say, where they do. */
export function bytesInMemory(dtype: TensorValue['dtype'], shape: readonly number[], stored: number): number {
  const size = dtypeSize(dtype);
  return size === null ? stored : Math.max(stored, size * elementCount(shape));
}
