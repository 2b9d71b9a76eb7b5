/** Puts a slice of a tensor into its place. */

import type { TensorSlice } from './tensor-slice.ts';

/**
 * Copies `piece` (row-major, of the slice's sizes) into `whole` (row-major, of `shape`). `slice` has no whole dimensions
 * left unspelled and lies within `shape`.
 */
export function copySlice(
  whole: Uint8Array,
  shape: readonly number[],
  piece: Uint8Array,
  slice: TensorSlice,
  elementSize: number,
): void {
  const strides = stridesOf(shape, elementSize);
  const rank = shape.length;
  // The last dimensions that are whole are contiguous in both: they are copied in one go.
  let contiguous = rank;
  while (contiguous > 0 && slice[contiguous - 1]?.length === shape[contiguous - 1]) contiguous--;
  const runDimension = Math.max(contiguous - 1, 0);
  const runBytes =
    rank === 0 ? elementSize : (slice[runDimension]?.length ?? 0) * (strides[runDimension] ?? 0);
  let from = 0;
  const copyFrom = (dimension: number, offset: number): void => {
    const { start, length } = slice[dimension] ?? { start: 0, length: 1 };
    const stride = strides[dimension] ?? 0;
    if (dimension >= runDimension) {
      whole.set(piece.subarray(from, from + runBytes), offset + start * stride);
      from += runBytes;
      return;
    }
    for (let index = 0; index < length; index++) copyFrom(dimension + 1, offset + (start + index) * stride);
  };
  if (piece.length > 0) copyFrom(0, 0);
}

function stridesOf(shape: readonly number[], elementSize: number): number[] {
  const strides: number[] = [];
  let stride = elementSize;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}
