/**
 * CRC-32C (Castagnoli) by slicing-by-8 (many bytes are folded to few first), and the masking that TFRecord, table blocks and tensor bundles apply to it
 * (TensorFlow's core/lib/hash/crc32c.h: a checksum of data that holds checksums would be weak).
 */

import { Crc32cFold } from './crc32c-fold.ts';

const POLYNOMIAL = 0x82f63b78;
const MASK_DELTA = 0xa282ead8;

/** Eight tables of 256 entries: table k holds the CRC of a byte that is followed by k zero bytes. */
const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let entry = 256; entry < table.length; entry++) {
    const previous = table[entry - 256] ?? 0;
    table[entry] = (previous >>> 8) ^ (table[previous & 255] ?? 0);
  }
  return table;
}

/** Below this folding gains nothing. */
const FOLD_FROM_BYTES = 16 * 1024;

/** Made when the first large block comes. */
let made: { readonly fold: Crc32cFold | undefined } | undefined;

/** CRC-32C of `bytes`, continuing from `previous` (the CRC of what comes before them). Unsigned 32 bits. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  if (bytes.length < FOLD_FROM_BYTES) return crc32cOfRange(viewOf(bytes), 0, bytes.length, previous);
  made ??= { fold: Crc32cFold.make() };
  const { fold } = made;
  if (fold === undefined) return crc32cOfRange(viewOf(bytes), 0, bytes.length, previous);
  const rest = fold.fold(~previous, bytes);
  return crc32cOfRange(viewOf(rest), 0, rest.length, -1);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** CRC-32C of the bytes [start, end) of `view`: spares hot loops a subarray for each record. */
export function crc32cOfRange(view: DataView, start: number, end: number, previous = 0): number {
  const t = TABLE;
  let crc = ~previous;
  let at = start;
  // `?? 0` is never taken (every index is below 2048): the compiler asks for it, the engine drops it.
  for (; end - at >= 8; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      (t[1792 + (low & 255)] ?? 0) ^
      (t[1536 + ((low >>> 8) & 255)] ?? 0) ^
      (t[1280 + ((low >>> 16) & 255)] ?? 0) ^
      (t[1024 + (low >>> 24)] ?? 0) ^
      (t[768 + (high & 255)] ?? 0) ^
      (t[512 + ((high >>> 8) & 255)] ?? 0) ^
      (t[256 + ((high >>> 16) & 255)] ?? 0) ^
      (t[high >>> 24] ?? 0);
  }
  for (; at < end; at++) crc = (t[(crc ^ view.getUint8(at)) & 255] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Masks a CRC as TensorFlow stores it: rotated right by 15 bits, plus a constant. */
export function mask(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

export function maskedCrc32c(bytes: Uint8Array): number {
  return mask(crc32c(bytes));
}
