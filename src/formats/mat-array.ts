/** The numeric arrays of .mat files: flags, dimensions, name, real part and, of complex ones, imaginary part. */

import { swapBytes } from './byte-order.ts';
import { dtypeSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { MatType, type MatElement, type MatElementReader } from './mat-element.ts';
import { rowMajor } from './row-major.ts';
import { byteLengthOf, elementCount, type TensorValue } from './tensor-value.ts';

/** The "MATLAB Array Types" that are numbers (mxDOUBLE_CLASS to mxUINT64_CLASS). */
const CLASSES: Readonly<Record<number, DType>> = {
  6: 'float64',
  7: 'float32',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
};

const LOGICAL_FLAG = 0x0200;
const COMPLEX_FLAG = 0x0800;

const STORED_TYPES: Readonly<Record<number, DType>> = {
  [MatType.int8]: 'int8',
  [MatType.uint8]: 'uint8',
  [MatType.int16]: 'int16',
  [MatType.uint16]: 'uint16',
  [MatType.int32]: 'int32',
  [MatType.uint32]: 'uint32',
  [MatType.single]: 'float32',
  [MatType.double]: 'float64',
  [MatType.int64]: 'int64',
  [MatType.uint64]: 'uint64',
};

export interface MatArrayHeader {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Of the real part, and of the imaginary one. */
  readonly partDtype: DType;
}

/** Undefined when the array is not one of numbers. @throws FormatError when it is broken. */
export function decodeMatHeader(reader: MatElementReader): MatArrayHeader | undefined {
  const flags = wordsOf(reader.next(), MatType.uint32, reader.isLittleEndian)[0] ?? 0;
  const partDtype = CLASSES[flags & 0xff];
  if (partDtype === undefined) return undefined;
  const dtype = dtypeOf(partDtype, flags);
  if (dtype === undefined) return undefined;
  const shape = wordsOf(reader.next(), MatType.int32, reader.isLittleEndian);
  if (shape.length < 2 || shape.some(size => size < 0) || !Number.isSafeInteger(elementCount(shape) * 16)) {
    throw new FormatError(`its dimensions are [${shape.join(', ')}]`);
  }
  const name = reader.next();
  if (name.type !== MatType.int8) throw new FormatError(`it has type ${name.type} where its name belongs`);
  return { name: Buffer.from(name.data).toString(), dtype, shape, partDtype };
}

/** Undefined for complex integers, which TensorFlow does not have. */
function dtypeOf(partDtype: DType, flags: number): DType | undefined {
  if ((flags & COMPLEX_FLAG) === 0) return (flags & LOGICAL_FLAG) !== 0 ? 'bool' : partDtype;
  if (partDtype === 'float64') return 'complex128';
  return partDtype === 'float32' ? 'complex64' : undefined;
}

function wordsOf({ type, data }: MatElement, wanted: number, isLittleEndian: boolean): number[] {
  if (type !== wanted) throw new FormatError(`it has type ${type} where ${wanted} belongs`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length >> 2 }, (_, index) =>
    wanted === MatType.int32
      ? view.getInt32(index * 4, isLittleEndian)
      : view.getUint32(index * 4, isLittleEndian),
  );
}

/** @throws FormatError when it is broken, or no array of numbers. */
export function decodeMatArray(reader: MatElementReader): TensorValue {
  const header = decodeMatHeader(reader);
  if (header === undefined) throw new FormatError('it is no array of numbers');
  const { dtype, shape, partDtype } = header;
  const real = decodePart(reader.next(), partDtype, shape, reader.isLittleEndian);
  const isComplex = dtype === 'complex64' || dtype === 'complex128';
  const bytes = isComplex
    ? interleave(
        real,
        decodePart(reader.next(), partDtype, shape, reader.isLittleEndian),
        dtypeSize(partDtype) ?? 1,
      )
    : real;
  return { dtype, shape, bytes: rowMajor(bytes, shape, dtypeSize(dtype) ?? 1) };
}

/** MATLAB stores numbers in the smallest type that holds them all: `dtype` is what they are. */
function decodePart(
  { type, data }: MatElement,
  dtype: DType,
  shape: readonly number[],
  isLittleEndian: boolean,
): Uint8Array {
  const stored = STORED_TYPES[type];
  if (stored === undefined) throw new FormatError(`its numbers have the unknown type ${type}`);
  const expected = byteLengthOf(stored, shape);
  if (data.length !== expected) {
    throw new FormatError(
      `it has ${data.length} bytes of ${stored} where the shape [${shape.join(', ')}] takes ${expected ?? 0}`,
    );
  }
  const bytes = data.slice();
  if (!isLittleEndian) swapBytes(bytes, dtypeSize(stored) ?? 1);
  return stored === dtype ? bytes : convert(bytes, stored, dtype);
}

const VIEWS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

function convert(bytes: Uint8Array, from: DType, to: DType): Uint8Array {
  const source = numbersIn(bytes, from);
  const converted = new Uint8Array(source.length * (dtypeSize(to) ?? 1));
  const target = numbersIn(converted, to);
  for (let index = 0; index < source.length; index++) {
    const value = source[index] ?? 0;
    if (target instanceof BigInt64Array || target instanceof BigUint64Array)
      target[index] = wholeNumber(value);
    else target[index] = Number(value);
  }
  return converted;
}

function wholeNumber(value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isInteger(value)) throw new FormatError(`${value} is no integer`);
  return BigInt(value);
}

/** `bytes` are the whole of their buffer. */
function numbersIn(bytes: Uint8Array, dtype: DType): InstanceType<(typeof VIEWS)[keyof typeof VIEWS]> {
  const View = VIEWS[dtype as keyof typeof VIEWS];
  return new View(bytes.buffer as ArrayBuffer);
}

function interleave(real: Uint8Array, imaginary: Uint8Array, size: number): Uint8Array {
  const both = new Uint8Array(real.length * 2);
  for (let at = 0; at < real.length; at += size) {
    both.set(real.subarray(at, at + size), at * 2);
    both.set(imaginary.subarray(at, at + size), at * 2 + size);
  }
  return both;
}
