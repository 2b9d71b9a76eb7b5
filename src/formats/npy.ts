/**
 * NumPy's array files, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: magic, version, the header's
 * length, a Python dictionary with dtype, order and shape, and the elements.
 */

import { swapBytes } from './byte-order.ts';
import { byteLengthOf, elementCount, type TensorValue } from './tensor-value.ts';
import { dtypeWordSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';

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

/**
 * The array of a `.npy` file, of any version; arrays in Fortran's order are brought into C's.
 *
 * @param path names the file in errors.
 * @throws FormatError when the file is damaged, or holds what is no plain array of numbers (objects, records, text).
 */
export function decodeNpy(bytes: Uint8Array, path: string): TensorValue {
  const { header, dataOffset } = readHeader(bytes, path);
  const { dtype, isBigEndian, isFortran, shape } = parseHeader(header, path);
  const expected = byteLengthOf(dtype, shape) ?? 0;
  const found = bytes.length - dataOffset;
  if (found !== expected) {
    throw new FormatError(
      `${path} has ${found} bytes of data from offset ${dataOffset} on, but ${dtype} of shape [${shape.join(', ')}] takes ${expected}.`,
    );
  }
  const data = bytes.slice(dataOffset);
  if (isBigEndian) swapBytes(data, dtypeWordSize(dtype));
  return { dtype, shape, bytes: isFortran ? rowMajor(data, shape) : data };
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

interface Header {
  readonly dtype: DType;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

function parseHeader(header: string, path: string): Header {
  const descr = /'descr':\s*'([<>|=])([^']*)'/.exec(header);
  const dtype = DTYPES[descr?.[2] ?? ''];
  if (dtype === undefined) {
    const found = /'descr':\s*(.*?),\s*'(?:fortran_order|shape)'/s.exec(header)?.[1] ?? header.trim();
    throw new FormatError(`${path} holds ${found}: only arrays of numbers and booleans are read.`);
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

/** Elements whose first index runs fastest, in the order in which the last one does. */
function rowMajor(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const count = elementCount(shape);
  const size = count === 0 ? 0 : data.length / count;
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)) * size);
  const ordered = new Uint8Array(data.length);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < ordered.length; to += size) {
    ordered.set(data.subarray(from, from + size), to);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= (next - 1) * stride;
    }
  }
  return ordered;
}
