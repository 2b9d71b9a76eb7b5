import * as tf from '@tensorflow/tfjs';
import { getDefaultGraph } from '../graph.ts';
import { PhiloxStream } from '../random/philox.ts';
import { hash32 } from '../random/operation-seed.ts';
import type { Source, SourcePosition } from './source.ts';

/** Rows in memory: a tensor (its first axis counts examples), or values and shape. uint8 values become float32. */
export type ArrayData = tf.Tensor | ArrayValues;

export interface ArrayValues {
  readonly values: Float32Array | Int32Array | Uint8Array;
  /** First the number of examples. */
  readonly shape: readonly number[];
}

/** The tensors of a batch: those of the data, with the batch's size first. */
export type BatchOf<D> = { [K in keyof D]: D[K] extends tf.Tensor ? D[K] : tf.Tensor };

export interface ArraysOptions {
  /** Examples in a batch. Default: 32. */
  readonly batchSize?: number;
  /** A new order in each epoch. Default: true. */
  readonly shuffle?: boolean;
  /** Of the order. Default: the graph's. */
  readonly seed?: number;
  /** After so many times through the data they are at their end. Default: never. */
  readonly numEpochs?: number | null;
  /** Leave out the examples at an epoch's end that do not fill a batch. Default: false. */
  readonly dropRemainder?: boolean;
}

interface Column {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly rowShape: readonly number[];
  readonly rowSize: number;
}

/**
 * Batches of examples that are in memory, as a source with seeded shuffling. The tensors of `data` are read at once and may
 * be disposed of.
 *
 * @throws RangeError when the arrays differ in their number of examples, or hold none.
 */
export function arrays<D extends Readonly<Record<string, ArrayData>>>(
  data: D,
  options: ArraysOptions = {},
): ArraySource<BatchOf<D>> {
  return new ArraySource<BatchOf<D>>(data, options);
}

export class ArraySource<B extends tf.TensorContainer> implements Source<B> {
  /** Examples. */
  readonly length: number;
  readonly batchSize: number;
  private readonly columns: readonly Column[];
  private readonly seed: number;
  private readonly isShuffled: boolean;
  private readonly numEpochs: number;
  private readonly epochEnd: number;
  private epoch = 0;
  private index = 0;
  private order: { readonly epoch: number; readonly rows: Int32Array } | null = null;

  constructor(data: Readonly<Record<string, ArrayData>>, options: ArraysOptions) {
    this.columns = Object.entries(data).map(([name, column]) => columnOf(name, column));
    const lengths = this.columns.map(column => column.values.length / column.rowSize);
    this.length = lengths[0] ?? 0;
    if (this.length === 0 || lengths.some(length => length !== this.length)) {
      const found = this.columns.map(({ name }, at) => `${name}: ${lengths[at] ?? 0}`).join(', ');
      throw new RangeError(`All arrays need the same number of examples, at least one. Found ${found}.`);
    }
    this.batchSize = options.batchSize ?? 32;
    if (!Number.isInteger(this.batchSize) || this.batchSize < 1) {
      throw new RangeError(`batchSize has to be a positive integer: ${this.batchSize}.`);
    }
    this.isShuffled = options.shuffle ?? true;
    this.seed = options.seed ?? getDefaultGraph().seed;
    this.numEpochs = options.numEpochs ?? Infinity;
    const remainder = options.dropRemainder === true ? this.length % this.batchSize : 0;
    this.epochEnd = this.length - remainder;
    if (this.epochEnd === 0) {
      throw new RangeError(
        `A batch of ${this.batchSize} takes more than the ${this.length} examples there are.`,
      );
    }
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.epochEnd / this.batchSize);
  }

  next(): Promise<B | null> {
    const batch = this.batchHere();
    if (batch !== null) {
      this.index += this.batchSize;
      if (this.index >= this.epochEnd) {
        this.index = 0;
        this.epoch++;
      }
    }
    return Promise.resolve(batch);
  }

  peek(): Promise<B | null> {
    return Promise.resolve(this.batchHere());
  }

  position(): SourcePosition {
    return { epoch: this.epoch, index: this.index, seed: this.seed };
  }

  seek({ epoch = 0, index = 0, seed = this.seed }: SourcePosition): Promise<void> {
    if (seed !== this.seed) {
      return Promise.reject(
        new Error(
          `The data were shuffled by seed ${seed}, and now are by ${this.seed}: they cannot be continued.`,
        ),
      );
    }
    if (index >= this.epochEnd || index % this.batchSize !== 0) {
      return Promise.reject(
        new Error(
          `The data stood at example ${index}; ${this.length} examples in batches of ${this.batchSize} have no such place. Were they changed?`,
        ),
      );
    }
    this.epoch = epoch;
    this.index = index;
    return Promise.resolve();
  }

  private batchHere(): B | null {
    if (this.epoch >= this.numEpochs) return null;
    const end = Math.min(this.index + this.batchSize, this.epochEnd);
    const rows = this.orderOf(this.epoch).subarray(this.index, end);
    return Object.fromEntries(this.columns.map(column => [column.name, gatherRows(column, rows)])) as B;
  }

  private orderOf(epoch: number): Int32Array {
    if (this.order?.epoch !== epoch) {
      const rows = Int32Array.from({ length: this.length }, (_, row) => row);
      if (this.isShuffled) shuffle(rows, new PhiloxStream([hash32(`shuffle ${this.seed}`) | 0, epoch]));
      this.order = { epoch, rows };
    }
    return this.order.rows;
  }
}

function columnOf(name: string, data: ArrayData): Column {
  const rowShape = data.shape.slice(1);
  const rowSize = rowShape.reduce((product, size) => product * size, 1);
  if (data instanceof tf.Tensor) {
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
  const gathered =
    dtype === 'float32'
      ? new Float32Array(rows.length * rowSize)
      : dtype === 'int32'
        ? new Int32Array(rows.length * rowSize)
        : new Uint8Array(rows.length * rowSize);
  rows.forEach((row, at) => {
    gathered.set(values.subarray(row * rowSize, (row + 1) * rowSize), at * rowSize);
  });
  return tf.tensor(gathered, [rows.length, ...rowShape], dtype);
}

/** Fisher and Yates. */
function shuffle(rows: Int32Array, random: PhiloxStream): void {
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor((random.nextWord() / 0x100000000) * (last + 1));
    const swapped = rows[last] ?? 0;
    rows[last] = rows[other] ?? 0;
    rows[other] = swapped;
  }
}
