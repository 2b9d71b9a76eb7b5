import { matrixColumns, multiplyTransposed } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';

/** The product reads four numbers of a row at once. */
const ONES = Float32Array.of(1, 1, 1, 1);

/** Writes the sum of each column of a matrix at an address: the product of a row of ones by it. */
export function sumColumns(
  threads: TaskThreads,
  address: number,
  rows: number,
  columns: number,
  to: number,
): void {
  threads.withMemory(ONES.byteLength, ones => {
    new Float32Array(threads.memory.buffer, ones, ONES.length).set(ONES);
    const row = {
      address: ones,
      rows,
      writeRowOffsets: (offsets: Int32Array) => offsets.fill(0),
      segmentOffsets: [0],
      segment: 1,
    };
    multiplyTransposed(threads, row, matrixColumns(address, rows, columns), to);
  });
}

/** How many of a tensor's axes, from the first on, are exactly those that are reduced; undefined if others are, too. */
export function leadingAxes(axes: readonly number[], rank: number): number | undefined {
  const reduced = new Set(axes.map(axis => (axis < 0 ? axis + rank : axis)));
  const isLeading = [...reduced].every(axis => axis < reduced.size);
  return isLeading ? reduced.size : undefined;
}
