import * as tf from '@tensorflow/tfjs';
import { isTensor } from '../scope/tensor-kind.ts';
import type { ArrayData, ArrayValues } from './columns.ts';

/**
 * Splits examples into those to train on and those held out, every `every`-th one, to measure by.
 *
 * @param data tensors or arrays whose first axis counts examples. They stay the caller's.
 * @returns New tensors and arrays, of the same types.
 */
export function holdOut<D extends Readonly<Record<string, ArrayData>>>(
  data: D,
  every: number,
): { train: D; heldOut: D } {
  if (!(Number.isInteger(every) && every > 1)) {
    throw new RangeError(`holdOut takes every n-th example, n an integer above 1: ${every}.`);
  }
  const rowsOf = (isWanted: (row: number) => boolean): D => {
    const picked = Object.entries(data).map(([name, column]) => {
      const rows = [...Array(lengthOf(column)).keys()].filter(isWanted);
      return [name, isTensor(column) ? rowsOfTensor(column, rows) : rowsOfArray(column, rows)] as const;
    });
    return Object.fromEntries(picked) as D;
  };
  const isHeldOut = (row: number): boolean => row % every === every - 1;
  return { train: rowsOf(row => !isHeldOut(row)), heldOut: rowsOf(isHeldOut) };
}

function lengthOf({ shape: [length = 0] }: ArrayData): number {
  return length;
}

function rowsOfTensor(tensor: tf.Tensor, rows: readonly number[]): tf.Tensor {
  return tf.tidy(() => tf.gather(tensor, tf.tensor1d([...rows], 'int32')));
}

function rowsOfArray(
  { values, shape: [length = 0, ...rowShape] }: ArrayValues,
  rows: readonly number[],
): ArrayValues {
  const rowSize = values.length / length;
  const picked = values.slice(0, rows.length * rowSize);
  rows.forEach((row, at) => {
    picked.set(values.subarray(row * rowSize, (row + 1) * rowSize), at * rowSize);
  });
  return { values: picked, shape: [rows.length, ...rowShape] };
}
