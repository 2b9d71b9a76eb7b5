/** A tensor as the files hold it: dtype, shape and bytes. Never a detour over floats, so that nothing is lost. */

import { dtypeSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';

export interface TensorValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /**
   * Row-major (C order), little-endian; bool is one byte, bfloat16 and float16 two. The elements of a string tensor
   * follow each other, each as its length (8 bytes, little-endian) and its bytes.
   */
  readonly bytes: Uint8Array;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes that a tensor of that dtype and shape takes; null where elements differ in size (string, variant, resource). */
export function byteLengthOf(dtype: DType, shape: readonly number[]): number | null {
  const size = dtypeSize(dtype);
  return size === null ? null : size * elementCount(shape);
}

export function float32Tensor(shape: readonly number[], data: Float32Array): TensorValue {
  return numericTensor('float32', shape, data);
}

export function int64Tensor(shape: readonly number[], data: BigInt64Array): TensorValue {
  return numericTensor('int64', shape, data);
}

/**
 * The bytes are those of `data`, not a copy. All machines that Node runs on here are little-endian.
 *
 * @throws RangeError when `data` does not have as many bytes as dtype and shape ask for.
 */
function numericTensor(dtype: DType, shape: readonly number[], data: ArrayBufferView): TensorValue {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const expected = byteLengthOf(dtype, shape);
  if (bytes.length !== expected) {
    throw new RangeError(
      `A ${dtype} tensor of shape [${shape.join(', ')}] takes ${expected ?? 'an unknown number of'} bytes, not ${bytes.length}.`,
    );
  }
  return { dtype, shape, bytes };
}

/** @throws RangeError when the number of elements is not the shape's. */
export function stringTensor(
  shape: readonly number[],
  elements: readonly (string | Uint8Array)[],
): TensorValue {
  if (elements.length !== elementCount(shape)) {
    throw new RangeError(
      `A tensor of shape [${shape.join(', ')}] does not have ${elements.length} elements.`,
    );
  }
  const encoder = new TextEncoder();
  const encoded = elements.map(element => (typeof element === 'string' ? encoder.encode(element) : element));
  const bytes = new Uint8Array(encoded.reduce((sum, element) => sum + 8 + element.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const element of encoded) {
    view.setBigUint64(at, BigInt(element.length), true);
    bytes.set(element, at + 8);
    at += 8 + element.length;
  }
  return { dtype: 'string', shape, bytes };
}

/** The elements of a string tensor, in row-major order: views into its bytes. */
export function stringElements(value: TensorValue): Uint8Array[] {
  if (value.dtype !== 'string') throw new TypeError(`A ${value.dtype} tensor has no strings.`);
  const { bytes } = value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = at + 8 <= bytes.length ? Number(view.getBigUint64(at, true)) : Infinity;
    if (length > bytes.length - at - 8)
      throw new FormatError(`The string at byte ${at} reaches past its tensor's end.`);
    elements.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return elements;
}
