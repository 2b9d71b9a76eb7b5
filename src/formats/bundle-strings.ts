/**
 * How a V2 checkpoint stores string and variant tensors (WriteStringTensor and WriteVariantTensor in
 * core/util/tensor_bundle/tensor_bundle.cc): lengths as varints, but checksums over lengths of fixed width.
 */

import { crc32c, mask } from './crc32c.ts';
import { FormatError } from './format-error.ts';
import { stringElements, stringTensor, type TensorValue } from './tensor-value.ts';
import { WireReader, WireWriter } from './wire-format.ts';

const UINT32_MAX = 0xffffffff;

/** All lengths (varint), masked CRC of the lengths, all bytes. Returns the entry's bytes and its masked checksum. */
export function encodeStrings(value: TensorValue): { bytes: Uint8Array; checksum: number } {
  const elements = stringElements(value);
  const lengths = new WireWriter(elements.length * 2 + 1);
  let crc = 0;
  for (const { length } of elements) {
    lengths.varint(length);
    crc = crc32c(fixedLength(length, false), crc);
  }
  const lengthsChecksum = uint32(mask(crc), false);
  crc = crc32c(lengthsChecksum, crc);
  for (const element of elements) crc = crc32c(element, crc);
  return { bytes: Buffer.concat([lengths.finish(), lengthsChecksum, ...elements]), checksum: mask(crc) };
}

/** @throws FormatError when lengths, bytes or checksums do not agree. */
export function decodeStrings(
  bytes: Uint8Array,
  shape: readonly number[],
  count: number,
  checksum: number,
  bigEndian: boolean,
): TensorValue {
  // Each element takes at least the byte of its length: that bounds the count before anything is allocated for it.
  if (count > bytes.length) throw new FormatError(`${bytes.length} bytes cannot hold ${count} strings`);
  const reader = new WireReader(bytes);
  let crc = 0;
  const lengths = Array.from({ length: count }, () => {
    const length = reader.size();
    crc = crc32c(fixedLength(length, bigEndian), crc);
    return length;
  });
  const lengthsChecksum = reader.raw(4);
  if (Buffer.compare(uint32(mask(crc), bigEndian), lengthsChecksum) !== 0) {
    throw new FormatError('the checksum of its string lengths does not match');
  }
  crc = crc32c(lengthsChecksum, crc);
  const elements = lengths.map(length => {
    const element = reader.raw(length);
    crc = crc32c(element, crc);
    return element;
  });
  if (mask(crc) !== checksum) throw new FormatError('its checksum does not match');
  if (!reader.atEnd) throw new FormatError(`${bytes.length - reader.offset} bytes follow its strings`);
  return stringTensor(shape, elements);
}

/** Variants are verified, not read: only TensorFlow knows what is in them. Each: length, bytes, masked CRC so far. */
export function verifyVariants(bytes: Uint8Array, count: number, checksum: number): void {
  if (count > bytes.length) throw new FormatError(`${bytes.length} bytes cannot hold ${count} variants`);
  const reader = new WireReader(bytes);
  let crc = 0;
  for (let element = 0; element < count; element++) {
    const length = reader.size();
    crc = crc32c(uint64(length, false), crc);
    crc = crc32c(reader.raw(length), crc);
    const stored = reader.raw(4);
    if (Buffer.compare(uint32(mask(crc), false), stored) !== 0) {
      throw new FormatError(`the checksum of its variant ${element} does not match`);
    }
    crc = crc32c(stored, crc);
  }
  if (mask(crc) !== checksum) throw new FormatError('its checksum does not match');
}

/** A length as its checksum takes it: 4 bytes, or 8 where 4 are too few. */
function fixedLength(length: number, bigEndian: boolean): Uint8Array {
  return length <= UINT32_MAX ? uint32(length, bigEndian) : uint64(length, bigEndian);
}

function uint32(value: number, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, !bigEndian);
  return bytes;
}

function uint64(value: number, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), !bigEndian);
  return bytes;
}
