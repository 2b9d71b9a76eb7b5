/**
 * The files of MNIST and its kin: two zero bytes, the element type, the number of dimensions, each dimension (uint32) and
 * the elements; all big-endian. Described at the foot of MNIST's own page, http://yann.lecun.com/exdb/mnist/.
 */

import { swapBytes } from './byte-order.ts';
import { dtypeWordSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { byteLengthOf, type TensorValue } from './tensor-value.ts';

const DTYPES: Readonly<Record<number, DType>> = {
  0x08: 'uint8',
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

/**
 * The array of an idx file.
 *
 * @param path names the file in errors.
 * @throws FormatError when it is no idx file, or shorter or longer than its header says.
 */
export function decodeIdx(bytes: Uint8Array, path: string): TensorValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dtype = bytes.length >= 4 && view.getUint16(0) === 0 ? DTYPES[view.getUint8(2)] : undefined;
  if (dtype === undefined) {
    throw new FormatError(`${path} is no idx file: its first four bytes are not those of one.`);
  }
  const rank = view.getUint8(3);
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) {
    throw new FormatError(`${path} ends at offset ${bytes.length}, within its header.`);
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = byteLengthOf(dtype, shape) ?? 0;
  if (bytes.length - dataOffset !== expected) {
    throw new FormatError(
      `${path} has ${bytes.length - dataOffset} bytes of data from offset ${dataOffset} on, but ${dtype} of shape [${shape.join(', ')}] takes ${expected}.`,
    );
  }
  // A copy; a Buffer's own slice would be none.
  const data = new Uint8Array(bytes.subarray(dataOffset));
  swapBytes(data, dtypeWordSize(dtype));
  return { dtype, shape, bytes: data };
}
