/** Reads a table file block by block; blocks without compression or in snappy's raw format. */

import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '../protocol/error-message.ts';
import { FormatError } from './format-error.ts';
import { readExactly } from './read-exactly.ts';
import { uncompressSnappy } from './snappy.ts';
import {
  BLOCK_TRAILER_BYTES,
  blockTrailer,
  compareBytes,
  Compression,
  decodeBlockHandle,
  decodeFooter,
  FOOTER_BYTES,
  type BlockHandle,
} from './table-format.ts';
import { WireReader } from './wire-format.ts';

export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A block of TensorFlow's writers has 256 KiB or one large entry; V1 checkpoints put whole slices below 2 GiB there. */
const MAX_BLOCK_BYTES = 2 ** 31 - 1;

/** The block that was read last is kept when it is no larger than this: neighbours are mostly asked for in turn. */
const MAX_KEPT_BLOCK_BYTES = 2 ** 20;

interface IndexEntry {
  /** Not before any key of its block, and before all keys of the next. */
  readonly lastKey: Uint8Array;
  readonly handle: BlockHandle;
}

export class TableReader {
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #path: string;
  readonly #index: readonly IndexEntry[];
  #kept: { readonly handle: BlockHandle; readonly entries: readonly TableEntry[] } | undefined;

  private constructor(file: FileHandle, size: number, path: string, index: readonly IndexEntry[]) {
    this.#file = file;
    this.#size = size;
    this.#path = path;
    this.#index = index;
  }

  /** Reads footer and index block. The file stays the caller's to close. @throws FormatError naming `path`. */
  static async open(file: FileHandle, path: string): Promise<TableReader> {
    const { size } = await file.stat();
    if (size < FOOTER_BYTES) {
      throw new FormatError(`${path} is damaged: ${size} bytes are too short for a table file.`);
    }
    const footer = await readExactly(file, size - FOOTER_BYTES, FOOTER_BYTES, path);
    const reader = new TableReader(file, size, path, []);
    const handle = reader.#explain('footer', size - FOOTER_BYTES, () => decodeFooter(footer));
    const block = await reader.#readBlock(handle);
    const index = reader.#explain('index block', handle.offset, () =>
      blockEntries(block).map(({ key, value }) => ({
        lastKey: key,
        handle: decodeBlockHandle(value),
      })),
    );
    return new TableReader(file, size, path, index);
  }

  /** Goes through all entries in the order of their keys. What `visit` throws is put down to the block's damage. */
  async forEach(visit: (entry: BlockCursor) => void): Promise<void> {
    for (const { handle } of this.#index) {
      const block = await this.#readBlock(handle);
      this.#explain('block', handle.offset, () => {
        for (const cursor = new BlockCursor(block); cursor.next();) visit(cursor);
      });
    }
  }

  /** The first entry; undefined when there is none. Reads the first block. */
  async first(): Promise<TableEntry | undefined> {
    const handle = this.#index[0]?.handle;
    return handle === undefined ? undefined : (await this.#readEntries(handle))[0];
  }

  /** The value of `key`; undefined when there is none. Reads the one block where it belongs. */
  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const handle = firstFrom(this.#index, key, entry => entry.lastKey)?.handle;
    if (handle === undefined) return undefined;
    const found = firstFrom(await this.#readEntries(handle), key, entry => entry.key);
    return found !== undefined && compareBytes(found.key, key) === 0 ? found.value : undefined;
  }

  async #readEntries(handle: BlockHandle): Promise<readonly TableEntry[]> {
    if (this.#kept?.handle === handle) return this.#kept.entries;
    const block = await this.#readBlock(handle);
    const entries = this.#explain('block', handle.offset, () => blockEntries(block));
    this.#kept = block.length <= MAX_KEPT_BLOCK_BYTES ? { handle, entries } : undefined;
    return entries;
  }

  async #readBlock(handle: BlockHandle): Promise<Uint8Array> {
    const { offset, size } = handle;
    const stored = size + BLOCK_TRAILER_BYTES;
    if (size > MAX_BLOCK_BYTES || offset + stored > this.#size - FOOTER_BYTES) {
      throw new FormatError(
        `${this.#path} is damaged: a block of ${size} bytes at offset ${offset} reaches past the end (${this.#size} bytes).`,
      );
    }
    const bytes = await readExactly(this.#file, offset, stored, this.#path);
    return this.#explain('block', offset, () => {
      const block = bytes.subarray(0, size);
      const compression = bytes[size] ?? 0;
      if (Buffer.compare(blockTrailer(block, compression), bytes.subarray(size)) !== 0) {
        throw new FormatError('its checksum does not match');
      }
      return decompress(block, compression);
    });
  }

  /** Adds to a {@link FormatError} which file and which part of it was damaged. */
  #explain<T>(part: string, offset: number, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const reason = messageOf(error);
      throw new FormatError(
        `${this.#path} is damaged, ${part} at offset ${offset}: ${reason.replace(/\.$/, '')}.`,
        {
          cause: error,
        },
      );
    }
  }
}

/** The first of `sorted` whose key is not before `key`; undefined when all are. */
function firstFrom<T>(
  sorted: readonly T[],
  key: Uint8Array,
  keyOf: (element: T) => Uint8Array,
): T | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[middle];
    if (element !== undefined && compareBytes(keyOf(element), key) < 0) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

function decompress(block: Uint8Array, compression: number): Uint8Array {
  if (compression === Compression.none) return block;
  if (compression !== Compression.snappy)
    throw new FormatError(`compression type ${compression} is not known`);
  return uncompressSnappy(block);
}

/** Goes through a block's entries: shared, unshared and value length, the key's end, the value. */
export class BlockCursor {
  /** The block, at the current entry's value; to its end it is `value`. */
  readonly #reader: WireReader;
  readonly #block: Uint8Array;
  readonly #end: number;
  /** The current key is at its beginning: entries share the beginning of their key with the one before. */
  #keyBuffer = Buffer.alloc(256);
  #keyLength = 0;
  /** Where the current value is in the block. */
  valueStart = 0;
  valueEnd = 0;

  constructor(block: Uint8Array) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    const restarts = block.length >= 4 ? view.getUint32(block.length - 4, true) : Infinity;
    this.#end = block.length - 4 - restarts * 4;
    if (this.#end < 0) throw new FormatError(`its ${restarts} restart points do not fit`);
    this.#block = block;
    this.#reader = new WireReader(block, 0, this.#end);
  }

  get block(): Uint8Array {
    return this.#block;
  }

  /** A copy. */
  get key(): Uint8Array {
    return Uint8Array.from(this.#keyBuffer.subarray(0, this.#keyLength));
  }

  /** The key's bytes, one in each UTF-16 unit. */
  get keyText(): string {
    return this.#keyBuffer.toString('latin1', 0, this.#keyLength);
  }

  /** A view. */
  get value(): Uint8Array {
    return this.#block.subarray(this.valueStart, this.valueEnd);
  }

  /** Comes to the next entry; false at the end. */
  next(): boolean {
    const reader = this.#reader;
    if (reader.atEnd) return false;
    const shared = reader.size();
    const unshared = reader.size();
    const valueLength = reader.size();
    if (shared > this.#keyLength) {
      throw new FormatError(`an entry shares ${shared} bytes of a key that has ${this.#keyLength}`);
    }
    const keyStart = reader.pass(unshared);
    this.#keyLength = shared + unshared;
    if (this.#keyLength > this.#keyBuffer.length) this.#growKey(shared);
    this.#keyBuffer.set(this.#block.subarray(keyStart, keyStart + unshared), shared);
    this.valueStart = reader.pass(valueLength);
    this.valueEnd = this.valueStart + valueLength;
    return true;
  }

  #growKey(kept: number): void {
    const grown = Buffer.alloc(this.#keyLength * 2);
    grown.set(this.#keyBuffer.subarray(0, kept));
    this.#keyBuffer = grown;
  }
}

function blockEntries(block: Uint8Array): TableEntry[] {
  const entries: TableEntry[] = [];
  for (const cursor = new BlockCursor(block); cursor.next();) {
    entries.push({ key: cursor.key, value: cursor.value });
  }
  return entries;
}
