/** A part of a variable's values as a table. */

import { elementCount, type TensorValue } from '../../formats/tensor-value.ts';
import { comparableNumbersOf } from '../../formats/tensor-numbers.ts';
import type { Span, ValueWindow } from '../../protocol/checkpoint.ts';

/** All axes but the last are rows. A part that reaches past the end is cut there. */
export function valueWindow(
  own: TensorValue,
  other: TensorValue | undefined,
  rows: Span,
  columns: Span,
): ValueWindow {
  return { values: part(own, rows, columns), other: other ? part(other, rows, columns) : null };
}

function part(value: TensorValue, rows: Span, columns: Span): Float64Array {
  const width = value.shape.at(-1) ?? 1;
  const height = width === 0 ? 0 : elementCount(value.shape) / width;
  const [top, bottom] = [Math.min(rows[0], height), Math.min(rows[1], height)];
  const [left, right] = [Math.min(columns[0], width), Math.min(columns[1], width)];
  const values = new Float64Array((bottom - top) * (right - left));
  for (let row = top; row < bottom; row++) {
    values.set(
      comparableNumbersOf(value, row * width + left, row * width + right),
      (row - top) * (right - left),
    );
  }
  return values;
}
