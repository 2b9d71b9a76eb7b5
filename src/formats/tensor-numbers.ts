/** The elements of stored tensors as JavaScript's numbers. */

import { dtypeSize, type DType } from './dtype.ts';
import { isNarrowFloat, narrowFloatNumbers, type NarrowFloat } from './narrow-floats.ts';
import type { TensorValue } from './tensor-value.ts';

type Decode = (buffer: ArrayBuffer) => Float64Array;

/** Quantized integers are what is stored, without a scale: that is known to the graph only. */
const DECODERS: Readonly<Partial<Record<DType, Decode>>> = {
  float64: buffer => new Float64Array(buffer),
  float32: buffer => new Float64Array(new Float32Array(buffer)),
  int64: buffer => Float64Array.from(new BigInt64Array(buffer), Number),
  uint64: buffer => Float64Array.from(new BigUint64Array(buffer), Number),
  int32: buffer => new Float64Array(new Int32Array(buffer)),
  qint32: buffer => new Float64Array(new Int32Array(buffer)),
  uint32: buffer => new Float64Array(new Uint32Array(buffer)),
  int16: buffer => new Float64Array(new Int16Array(buffer)),
  qint16: buffer => new Float64Array(new Int16Array(buffer)),
  uint16: buffer => new Float64Array(new Uint16Array(buffer)),
  quint16: buffer => new Float64Array(new Uint16Array(buffer)),
  int8: buffer => new Float64Array(new Int8Array(buffer)),
  qint8: buffer => new Float64Array(new Int8Array(buffer)),
  int4: buffer => new Float64Array(new Int8Array(buffer)),
  uint8: buffer => new Float64Array(new Uint8Array(buffer)),
  quint8: buffer => new Float64Array(new Uint8Array(buffer)),
  uint4: buffer => new Float64Array(new Uint8Array(buffer)),
  bool: buffer => new Float64Array(new Uint8Array(buffer)),
};

/**
 * Elements of a stored tensor as numbers, in row-major order: `start` up to `end`, by default all. Integers beyond 2^53
 * lose their last digits.
 *
 * @throws TypeError for strings, complex numbers and what only TensorFlow can read.
 */
export function numbersOf({ dtype, bytes }: TensorValue, start = 0, end?: number): Float64Array {
  const size = dtypeSize(dtype) ?? 1;
  // A copy, since an array of numbers must begin at a multiple of its element's size.
  const { buffer } = new Uint8Array(bytes.subarray(start * size, end === undefined ? undefined : end * size));
  if (isNarrowFloat(dtype)) return narrowNumbers(buffer, dtype);
  const decode = DECODERS[dtype];
  if (decode === undefined) throw new TypeError(`A ${dtype} tensor does not hold numbers.`);
  return decode(buffer);
}

function narrowNumbers(buffer: ArrayBuffer, dtype: NarrowFloat): Float64Array {
  const codes = dtypeSize(dtype) === 1 ? new Uint8Array(buffer) : new Uint16Array(buffer);
  const table = narrowFloatNumbers(dtype);
  const numbers = new Float64Array(codes.length);
  for (let index = 0; index < codes.length; index++) numbers[index] = table[codes[index] ?? 0] ?? NaN;
  return numbers;
}

/** Whether {@link comparableNumbersOf} knows the dtype: all but strings and what only TensorFlow can read. */
export function hasNumbers(dtype: DType): boolean {
  return isNarrowFloat(dtype) || isComplex(dtype) || DECODERS[dtype] !== undefined;
}

/** As {@link numbersOf}; of complex numbers, which are neither small nor large, the absolute values. */
export function comparableNumbersOf(value: TensorValue, start: number, end: number): Float64Array {
  const { dtype, shape, bytes } = value;
  if (!isComplex(dtype)) return numbersOf(value, start, end);
  // Stored as two floats each.
  const parts = { dtype: dtype === 'complex64' ? 'float32' : 'float64', shape, bytes } as const;
  const numbers = numbersOf(parts, 2 * start, 2 * end);
  return Float64Array.from({ length: end - start }, (_, index) =>
    Math.hypot(numbers[2 * index] ?? NaN, numbers[2 * index + 1] ?? NaN),
  );
}

function isComplex(dtype: DType): dtype is 'complex64' | 'complex128' {
  return dtype === 'complex64' || dtype === 'complex128';
}
