/**
 * NumPy's array files, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: magic, version, the header's
 * length, a Python dictionary with dtype, order and shape, and the elements.
 */

import { swapBytes } from './byte-order.ts';
import { dtypeSize, dtypeWordSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { rowMajor } from './row-major.ts';
import { byteLengthOf, type TensorValue } from './tensor-value.ts';

const MAGIC = '\x93NUMPY';

/** `dtype.str` of NumPy without its first character, which is the byte order. */
const DTYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

/** A sound array, but not of numbers: Python objects, records, texts, dates. */
export class NoNumbersError extends FormatError {}

export interface NpyHeader {
  readonly dtype: DType;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataOffset: number;
}

/**
 * What comes before the elements.
 *
 * @param bytes the beginning of the file.
 * @throws NoNumbersError for an array of something else. @throws FormatError when it is damaged.
 */
export function decodeNpyHeader(bytes: Uint8Array, path: string): NpyHeader {
  const { header, dataOffset } = readHeader(bytes, path);
  return { ...parseHeader(header, path), dataOffset };
}

/** @throws FormatError when a file of `length` bytes does not have the elements that the header announces. */
export function checkNpyLength({ dtype, shape, dataOffset }: NpyHeader, length: number, path: string): void {
  const expected = byteLengthOf(dtype, shape) ?? 0;
  const found = length - dataOffset;
  if (found === expected) return;
  throw new FormatError(
    `${path} has ${found} bytes of data from offset ${dataOffset} on, but ${dtype} of shape [${shape.join(', ')}] takes ${expected}.`,
  );
}

/** The array of the elements' bytes, which become the array's own and may be changed. */
export function decodeNpyElements(header: NpyHeader, data: Uint8Array): TensorValue {
  const { dtype, shape, isBigEndian, isFortran } = header;
  if (isBigEndian) swapBytes(data, dtypeWordSize(dtype));
  return { dtype, shape, bytes: isFortran ? rowMajor(data, shape, dtypeSize(dtype) ?? 1) : data };
}

function readHeader(bytes: Uint8Array, path: string): { header: string; dataOffset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== MAGIC) {
    throw new FormatError(`${path} is no .npy file: it does not begin with NumPy's magic bytes.`);
  }
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    throw new FormatError(`${path} is of .npy version ${version}; versions 1, 2 and 3 are known.`);
  }
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const isWhole = bytes.length >= start;
  const length = !isWhole ? 0 : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (!isWhole || start + length > bytes.length) {
    throw new FormatError(`${path} ends at offset ${bytes.length}, within its header.`);
  }
  // Version 3 allows names of fields in UTF-8, which plain arrays do not have.
  return {
    header: Buffer.from(bytes.subarray(start, start + length)).toString('latin1'),
    dataOffset: start + length,
  };
}

function parseHeader(header: string, path: string): Omit<NpyHeader, 'dataOffset'> {
  const descr = /'descr':\s*'([<>|=])([^']*)'/.exec(header);
  const dtype = DTYPES[descr?.[2] ?? ''];
  if (dtype === undefined) {
    const found = /'descr':\s*(.*?),\s*'(?:fortran_order|shape)'/s.exec(header)?.[1] ?? header.trim();
    throw new NoNumbersError(`${path} holds ${found}: only arrays of numbers and booleans are read.`);
  }
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (order === undefined || dimensions === undefined) {
    throw new FormatError(`${path} has a header without order or shape: ${header.trim()}`);
  }
  return {
    dtype,
    isBigEndian: descr?.[1] === '>',
    isFortran: order === 'True',
    shape: Array.from(dimensions.matchAll(/\d+/g), ([size]) => Number(size)),
  };
}
