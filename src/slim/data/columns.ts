import * as tf from '@tensorflow/tfjs';
import { isTensor } from '../scope/tensor-kind.ts';
import type { Examples } from './indexed-source.ts';

/** Rows in memory: a tensor (its first axis counts examples), or values and shape. uint8 values become float32. */
export type ArrayData = tf.Tensor | ArrayValues;

export interface ArrayValues {
  readonly values: Float32Array | Int32Array | Uint8Array;
  /** First the number of examples. */
  readonly shape: readonly number[];
}

/** The tensors of a batch: those of the data, with the batch's size first. */
export type BatchOf<D> = { [K in keyof D]: D[K] extends tf.Tensor ? D[K] : tf.Tensor };

interface Column {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly rowShape: readonly number[];
  readonly rowSize: number;
}

/** Arrays in memory, row by row. */
export class Columns<D extends Readonly<Record<string, ArrayData>>> implements Examples<BatchOf<D>> {
  readonly length: number;
  readonly #columns: readonly Column[];

  /**
   * The tensors of `data` are read here and stay the caller's.
   *
   * @throws RangeError when the arrays differ in their number of examples, or hold none.
   */
  constructor(data: D) {
    this.#columns = Object.entries(data).map(([name, column]) => columnOf(name, column));
    const lengths = Object.values(data).map(({ shape: [length = 0] }) => length);
    this.length = lengths[0] ?? 0;
    if (this.length === 0 || lengths.some(length => length !== this.length)) {
      const found = this.#columns.map(({ name }, at) => `${name}: ${lengths[at] ?? 0}`).join(', ');
      throw new RangeError(`All arrays need the same number of examples, at least one. Found ${found}.`);
    }
  }

  gather(rows: Int32Array): BatchOf<D> {
    return Object.fromEntries(
      this.#columns.map(column => [column.name, gatherRows(column, rows)]),
    ) as BatchOf<D>;
  }
}

function columnOf(name: string, data: ArrayData): Column {
  const rowShape = data.shape.slice(1);
  const rowSize = rowShape.reduce((product, size) => product * size, 1);
  if (isTensor(data)) {
    if (data.dtype !== 'float32' && data.dtype !== 'int32' && data.dtype !== 'bool') {
      throw new TypeError(`${name} is ${data.dtype}: a source of arrays holds float32, int32 or bool.`);
    }
    return { name, dtype: data.dtype, values: data.dataSync(), rowShape, rowSize };
  }
  const expected = data.shape.reduce((product, size) => product * size, 1);
  if (data.values.length !== expected) {
    throw new RangeError(
      `${name} has ${data.values.length} values, but the shape [${data.shape.join(', ')}] takes ${expected}.`,
    );
  }
  return {
    name,
    dtype: data.values instanceof Int32Array ? 'int32' : 'float32',
    values: data.values,
    rowShape,
    rowSize,
  };
}

function gatherRows({ dtype, values, rowShape, rowSize }: Column, rows: Int32Array): tf.Tensor {
  const size = rows.length * rowSize;
  const gathered =
    dtype === 'float32'
      ? new Float32Array(size)
      : dtype === 'int32'
        ? new Int32Array(size)
        : new Uint8Array(size);
  if (rowSize <= LONGEST_SHORT_ROW) copyNumbers(values, rowSize, rows, gathered);
  else copyRows(values, rowSize, rows, gathered);
  return tf.tensor(gathered, [rows.length, ...rowShape], dtype);
}

type Numbers = Column['values'];

/** Up to here number by number is quicker than making a view of each row. */
const LONGEST_SHORT_ROW = 32;

function copyNumbers(from: Numbers, rowSize: number, rows: Int32Array, to: Numbers): void {
  let at = 0;
  for (const row of rows) {
    const end = (row + 1) * rowSize;
    for (let index = end - rowSize; index < end; index++) to[at++] = from[index] ?? 0;
  }
}

function copyRows(from: Numbers, rowSize: number, rows: Int32Array, to: Numbers): void {
  rows.forEach((row, at) => {
    to.set(from.subarray(row * rowSize, (row + 1) * rowSize), at * rowSize);
  });
}
