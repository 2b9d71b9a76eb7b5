/** Moves elements as an arrangement says. The elements of all tensors are in row-major order. */

import { elementCount } from '../formats/tensor-value.ts';
import type { RowRange } from './restore-mapping.ts';
import type { Shape } from './shape-fit.ts';

/** Elements that are stored in an array of their own. */
export type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Copies rows along an axis, those of `from` into those of `into`; the rest of `into` stays. The shapes are equal but for
 * that axis.
 */
export function copyRows<E extends Elements>(
  from: E,
  fromShape: Shape,
  into: E,
  intoShape: Shape,
  { axis, rows }: { readonly axis: number; readonly rows: readonly RowRange[] },
): void {
  const inner = elementCount(intoShape.slice(axis + 1));
  const outer = elementCount(intoShape.slice(0, axis));
  const [fromRows = 0, intoRows = 0] = [fromShape[axis], intoShape[axis]];
  for (let block = 0; block < outer; block++) {
    for (const range of rows) {
      const start = (block * fromRows + range.from) * inner;
      into.set(from.subarray(start, start + range.count * inner), (block * intoRows + range.into) * inner);
    }
  }
}

/** The elements with the axes in another order: axis i of the result is axis `axes[i]` of what is given. */
export function transposeElements<E extends Elements>(from: E, shape: Shape, axes: readonly number[]): E {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const sizes = axes.map(axis => shape[axis] ?? 0);
  const steps = axes.map(axis => strides[axis] ?? 0);
  const result = from.slice() as E;
  const position = sizes.map(() => 0);
  let at = 0;
  for (let index = 0; index < result.length; index++) {
    result[index] = from[at] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [size = 0, step = 0] = [sizes[axis], steps[axis]];
      const next = (position[axis] ?? 0) + 1;
      at += step;
      if (next < size) {
        position[axis] = next;
        break;
      }
      position[axis] = 0;
      at -= step * size;
    }
  }
  return result;
}
