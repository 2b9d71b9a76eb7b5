/**
 * The table files of TensorFlow (core/lib/io/{format,table_builder,block_builder}.cc), LevelDB's sorted string tables:
 * blocks of sorted entries, an index block, a footer. What reading and writing them share.
 */

import { crc32c, mask } from './crc32c.ts';
import { FormatError } from './format-error.ts';
import { WireReader, WireWriter } from './wire-format.ts';

export const FOOTER_BYTES = 48;
/** Compression type and masked CRC after each block. */
export const BLOCK_TRAILER_BYTES = 5;

const MAGIC_LOW = 0x8b80fb57;
const MAGIC_HIGH = 0xdb477524;

export const Compression = { none: 0, snappy: 1 } as const;

/** Where a block is in the file; `size` does not count its trailer. */
export interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

export function encodeBlockHandle(handle: BlockHandle): Uint8Array {
  return new WireWriter(20).varint(handle.offset).varint(handle.size).finish();
}

export function decodeBlockHandle(bytes: Uint8Array): BlockHandle {
  const reader = new WireReader(bytes);
  return { offset: reader.size(), size: reader.size() };
}

export function encodeFooter(metaindex: BlockHandle, index: BlockHandle): Uint8Array {
  const footer = new Uint8Array(FOOTER_BYTES);
  const handles = new WireWriter(40);
  handles.varint(metaindex.offset).varint(metaindex.size).varint(index.offset).varint(index.size);
  footer.set(handles.finish());
  const view = new DataView(footer.buffer);
  view.setUint32(40, MAGIC_LOW, true);
  view.setUint32(44, MAGIC_HIGH, true);
  return footer;
}

/** The index block's handle. The metaindex is never read: TensorFlow's tables have nothing in it. */
export function decodeFooter(footer: Uint8Array): BlockHandle {
  const view = new DataView(footer.buffer, footer.byteOffset, footer.byteLength);
  if (view.getUint32(40, true) !== MAGIC_LOW || view.getUint32(44, true) !== MAGIC_HIGH) {
    throw new FormatError('it does not end as a table file does (bad magic number)');
  }
  const reader = new WireReader(footer, 0, 40);
  reader.size();
  reader.size();
  return { offset: reader.size(), size: reader.size() };
}

export function blockTrailer(block: Uint8Array, compression: number): Uint8Array {
  const trailer = new Uint8Array(BLOCK_TRAILER_BYTES);
  trailer[0] = compression;
  const crc = crc32c(trailer.subarray(0, 1), crc32c(block));
  new DataView(trailer.buffer).setUint32(1, mask(crc), true);
  return trailer;
}

/** Keys are bytes and sort as such; comparing JavaScript strings (UTF-16) would give another order. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
