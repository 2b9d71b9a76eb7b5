import { ProductField, TILE_BYTES, TILE_COLUMNS, TILE_ROWS } from './products-code.ts';
import type { TaskThreads } from './task-threads.ts';

/** From this many multiplications on (a tenth of a millisecond), it is worth waking other threads. */
const WORTH_WAKING = 1 << 21;
/** Tasks for each thread, so that one that is late holds the others up for no more than its last. */
const TASKS_A_THREAD = 8;
/** Rows for which 8 columns of the second factor are packed: fewer make packing dear, more leave the nearest caches. */
const [FEWEST_ROWS, MOST_ROWS] = [64, 512];

/**
 * A factor as products see it: its number at (row, column) lies at `address + rowOffsets[row] + segmentOffsets[column /
 * segment] + 4 * (column % segment)`, in bytes.
 */
export interface RowFactor {
  readonly address: number;
  readonly rows: number;
  /** Writes the offset of each row. */
  readonly writeRowOffsets: (offsets: Int32Array) => void;
  readonly segmentOffsets: readonly number[];
  readonly segment: number;
}

export interface ColumnFactor {
  readonly address: number;
  /** Bytes from `address` to the first of the rows that belong to each segment of the other factor. */
  readonly segmentOffsets: readonly number[];
  /** Bytes from one row, and one column, to the next. One of them is 4. */
  readonly row: number;
  readonly column: number;
  readonly columns: number;
}

/** Writes `a * b`, row after row, at an address: float32. */
export function multiply(threads: TaskThreads, a: RowFactor, b: ColumnFactor, to: number): void {
  if (isEmpty(a, b)) {
    clear(threads, to, a.rows * b.columns);
    return;
  }
  const panels = Math.ceil(b.columns / TILE_COLUMNS);
  const even = Math.ceil((a.rows * panels) / (threads.count * TASKS_A_THREAD));
  const rowsPerTask = roundUp(Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, even)), TILE_ROWS);
  const scratch = TILE_BYTES + a.segment * a.segmentOffsets.length * TILE_COLUMNS * 4;
  const tasks = Math.ceil(a.rows / rowsPerTask) * panels;
  runJob(threads, { kind: 'product', a, b, to, rowsPerTask, scratch, tasks });
}

/** Writes `transpose(a) * b`, where `b`'s rows lie together, at an address: float32. */
export function multiplyTransposed(threads: TaskThreads, a: RowFactor, b: ColumnFactor, to: number): void {
  if (isEmpty(a, b)) {
    clear(threads, to, columnsOf(a) * b.columns);
    return;
  }
  const strips = a.segmentOffsets.length * Math.ceil(a.segment / TILE_ROWS);
  const rowsPerTask = Math.ceil(strips / (threads.count * TASKS_A_THREAD));
  const tasks = Math.ceil(strips / rowsPerTask);
  runJob(threads, { kind: 'transposedProduct', a, b, to, rowsPerTask, scratch: TILE_BYTES, tasks });
}

function columnsOf({ segment, segmentOffsets }: RowFactor): number {
  return segment * segmentOffsets.length;
}

function isEmpty(a: RowFactor, b: ColumnFactor): boolean {
  return a.rows * columnsOf(a) * b.columns === 0;
}

function clear({ memory }: TaskThreads, address: number, numbers: number): void {
  new Float32Array(memory.buffer, address, numbers).fill(0);
}

/** The rows of a matrix, as they lie in memory. */
export function matrixRows(address: number, rows: number, columns: number): RowFactor {
  const writeRowOffsets = (offsets: Int32Array): void => {
    for (let row = 0; row < rows; row++) offsets[row] = row * columns * 4;
  };
  return { address, rows, writeRowOffsets, segmentOffsets: [0], segment: columns };
}

/** The columns of a matrix of `columns` columns, which in memory lies as its transpose if so said. */
export function matrixColumns(
  address: number,
  rows: number,
  columns: number,
  transposed = false,
): ColumnFactor {
  const [row, column] = transposed ? [4, rows * 4] : [columns * 4, 4];
  return { address, segmentOffsets: [0], row, column, columns };
}

interface Job {
  readonly kind: 'product' | 'transposedProduct';
  readonly a: RowFactor;
  readonly b: ColumnFactor;
  readonly to: number;
  readonly rowsPerTask: number;
  /** Bytes for each thread. */
  readonly scratch: number;
  readonly tasks: number;
}

function runJob(threads: TaskThreads, { kind, a, b, to, rowsPerTask, scratch, tasks }: Job): void {
  const segments = a.segmentOffsets.length;
  const alone = a.rows * columnsOf(a) * b.columns < WORTH_WAKING;
  const tables = roundUp(4 * (a.rows + 2 * segments), 64);
  const scratchBytes = roundUp(scratch, 64);
  threads.withMemory(tables + scratchBytes * (alone ? 1 : threads.count), memory => {
    const words = new Int32Array(threads.memory.buffer, memory, a.rows + 2 * segments);
    a.writeRowOffsets(words.subarray(0, a.rows));
    words.set(a.segmentOffsets, a.rows);
    words.set(b.segmentOffsets, a.rows + segments);
    const values = {
      a: a.address,
      b: b.address,
      c: to,
      rows: a.rows,
      width: b.columns,
      rowOffsets: memory,
      segmentOffsets: memory + 4 * a.rows,
      segments,
      segment: a.segment,
      bOffsets: memory + 4 * (a.rows + segments),
      bRow: b.row,
      bColumn: b.column,
      rowsPerTask,
      scratch: memory + tables,
      scratchBytes,
    };
    threads.run(kind, ProductField, values, { tasks, alone });
  });
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
