import * as tf from '@tensorflow/tfjs';
import { isTensor } from '../scope/tensor-kind.ts';

/** What a batch is made of, besides the tensors' values: its way through memory that two threads share. */
export interface BatchLayout {
  readonly tree: LayoutTree;
  readonly tensors: readonly TensorLayout[];
}

/** How a batch is nested; a tensor is its place in {@link BatchLayout.tensors}. */
type LayoutTree =
  | { readonly tensor: number }
  | { readonly list: readonly LayoutTree[] }
  | { readonly record: Readonly<Record<string, LayoutTree>> }
  | { readonly value: string | number | boolean | null };

interface TensorLayout {
  readonly dtype: 'float32' | 'int32' | 'bool' | 'string';
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** The layout of a batch, and the bytes of its tensors in the same order. */
export interface LaidOutBatch {
  readonly layout: BatchLayout;
  readonly bytes: readonly Uint8Array[];
}

/** @throws TypeError naming what in the batch cannot go from one thread to another. */
export function layOut(batch: unknown): LaidOutBatch {
  const tensors: TensorLayout[] = [];
  const bytes: Uint8Array[] = [];
  const treeOf = (part: unknown, path: string): LayoutTree => {
    if (isTensor(part)) {
      const { dtype, values } = bytesOf(part, path);
      bytes.push(values);
      return { tensor: tensors.push({ dtype, shape: part.shape, bytes: values.length }) - 1 };
    }
    if (Array.isArray(part)) return { list: part.map((each, at) => treeOf(each, `${path}[${at}]`)) };
    if (isPlainValue(part)) return { value: part };
    if (isRecord(part)) {
      const entries = Object.entries(part).map(([name, each]) => [name, treeOf(each, `${path}.${name}`)]);
      return { record: Object.fromEntries(entries) as Record<string, LayoutTree> };
    }
    throw new TypeError(
      `${path} is ${describe(part)}, which cannot come from a loader's thread: a batch is made of tensors, or of ` +
        '{ values, shape }, in lists and records.',
    );
  };
  return { layout: { tree: treeOf(batch, 'The batch'), tensors }, bytes };
}

/**
 * The batch of a layout.
 *
 * @param bytes those of the n-th tensor. They are copied.
 */
export function batchOf({ tree, tensors }: BatchLayout, bytes: readonly Uint8Array[]): unknown {
  const partOf = (part: LayoutTree): unknown => {
    if ('tensor' in part) {
      const { [part.tensor]: layout } = tensors;
      const { [part.tensor]: values } = bytes;
      if (layout === undefined || values === undefined) throw new Error('The layout of a batch is damaged.');
      return tensorOf(layout, values);
    }
    if ('list' in part) return part.list.map(partOf);
    if ('value' in part) return part.value;
    return Object.fromEntries(Object.entries(part.record).map(([name, each]) => [name, partOf(each)]));
  };
  return partOf(tree);
}

function bytesOf(tensor: tf.Tensor, path: string): { dtype: TensorLayout['dtype']; values: Uint8Array } {
  const { dtype } = tensor;
  if (dtype === 'string')
    return { dtype, values: bytesOfStrings(tf.engine().readSync(tensor.dataId) as Uint8Array[]) };
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new TypeError(`${path} is ${dtype}: a loader's thread gives float32, int32, bool or string.`);
  }
  const { buffer, byteOffset, byteLength } = tensor.dataSync();
  return { dtype, values: new Uint8Array(buffer, byteOffset, byteLength) };
}

/**
 * Values are copied, and by us: the native backend takes an array's memory as its own where it is aligned to its liking,
 * and the slot that they lie in is written again.
 */
function tensorOf({ dtype, shape }: TensorLayout, bytes: Uint8Array): tf.Tensor {
  const { buffer } = new Uint8Array(bytes);
  if (dtype === 'string') return tf.tensor(stringsOf(buffer, product(shape)), [...shape], 'string');
  const values =
    dtype === 'float32'
      ? new Float32Array(buffer)
      : dtype === 'int32'
        ? new Int32Array(buffer)
        : new Uint8Array(buffer);
  return tf.tensor(values, [...shape], dtype);
}

/** Their lengths, uint32 each, then all their bytes. */
function bytesOfStrings(strings: readonly Uint8Array[]): Uint8Array {
  const lengths = Uint32Array.from(strings, ({ length }) => length);
  return Buffer.concat([new Uint8Array(lengths.buffer), ...strings]);
}

function stringsOf(buffer: ArrayBuffer, count: number): Uint8Array[] {
  let start = 4 * count;
  return Array.from(new Uint32Array(buffer, 0, count), length => {
    start += length;
    return new Uint8Array(buffer, start - length, length);
  });
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function isPlainValue(part: unknown): part is string | number | boolean | null {
  return part === null || typeof part === 'string' || typeof part === 'boolean' || Number.isFinite(part);
}

/** Not one of a class, which would lose it. */
export function isRecord(part: unknown): part is Readonly<Record<string, unknown>> {
  if (typeof part !== 'object' || part === null) return false;
  const prototype: unknown = Object.getPrototypeOf(part);
  return prototype === Object.prototype || prototype === null;
}

function describe(part: unknown): string {
  if (typeof part !== 'object' || part === null) return `a ${typeof part}`;
  return `a ${part.constructor.name}`;
}
