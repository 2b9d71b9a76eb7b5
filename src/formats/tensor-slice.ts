/**
 * Slices of partitioned variables: TensorSliceProto (core/framework/tensor_slice.proto) and the table keys under which
 * their data are (core/util/saved_tensor_slice_util.cc, core/lib/strings/ordered_code.cc).
 */

import { FormatError } from './format-error.ts';
import { WireType, type WireReader } from './wire-format.ts';

/** One dimension of a slice; length -1: the whole dimension. */
interface Extent {
  readonly start: number;
  readonly length: number;
}

export type TensorSlice = readonly Extent[];

export function decodeTensorSlice(reader: WireReader): TensorSlice {
  const extents: Extent[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) extents.push(decodeExtent(reader.message()));
    else reader.skip();
  }
  return extents;
}

/** An extent without a length is the whole dimension. */
function decodeExtent(reader: WireReader): Extent {
  let start = 0;
  let length = -1;
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) start = reader.size();
    else if (reader.is(2, WireType.varint)) length = reader.size();
    else reader.skip();
  }
  return { start, length };
}

/** The slice with its whole dimensions spelled out. @throws FormatError when it does not lie within `shape`. */
export function boundedSlice(slice: TensorSlice, shape: readonly number[]): TensorSlice {
  if (slice.length !== shape.length) {
    throw new FormatError(
      `A slice of ${slice.length} dimensions belongs to a tensor of shape [${shape.join(', ')}].`,
    );
  }
  return slice.map(({ start, length }, dimension) => {
    const size = shape[dimension] ?? 0;
    const bounded = length < 0 ? { start: 0, length: size } : { start, length };
    if (bounded.start + bounded.length > size) {
      throw new FormatError(`A slice reaches past dimension ${dimension} of shape [${shape.join(', ')}].`);
    }
    return bounded;
  });
}

/** EncodeTensorNameSlice: 0, the name, the rank, then start and length of each dimension, in an ordered code. */
export function tensorSliceKey(name: Uint8Array, slice: TensorSlice): Uint8Array {
  return Uint8Array.from([
    ...orderedNumber(0),
    ...orderedString(name),
    ...orderedNumber(slice.length),
    ...slice.flatMap(({ start, length }) => [...orderedSigned(start), ...orderedSigned(length)]),
  ]);
}

/** OrderedCode::WriteNumIncreasing: how many bytes, then the number's bytes, most significant first. */
function orderedNumber(value: number): number[] {
  const bytes = bigEndianBytes(value);
  return [bytes.length, ...bytes];
}

/** OrderedCode::WriteString: 0 and 255 are escaped, 0 1 ends it. */
function orderedString(bytes: Uint8Array): number[] {
  const escaped: number[] = [];
  for (const byte of bytes) {
    if (byte === 0) escaped.push(0, 0xff);
    else if (byte === 0xff) escaped.push(0xff, 0);
    else escaped.push(byte);
  }
  escaped.push(0, 1);
  return escaped;
}

/**
 * OrderedCode::WriteSignedNumIncreasing for what extents hold, -1 and up. As many leading one bits as there are bytes, a
 * zero bit, then the number; what is negative has all its bits inverted.
 */
function orderedSigned(value: number): number[] {
  if (value === -1) return [0x7f];
  const length = signedEncodingLength(value);
  const bytes = bigEndianBytes(value);
  const code = [...new Array<number>(length - bytes.length).fill(0), ...bytes];
  const header = length < 8 ? [(0xff << (8 - length)) & 0xff] : [0xff, (0xff << (16 - length)) & 0xff];
  return code.map((byte, index) => byte | (header[index] ?? 0));
}

/** Each byte carries 7 bits, one of all these is the sign. */
function signedEncodingLength(value: number): number {
  let length = 1;
  while (value >= 2 ** (7 * length - 1)) length++;
  return length;
}

function bigEndianBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}
