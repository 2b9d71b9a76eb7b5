/** Makes a table file, byte for byte as TensorFlow's TableBuilder does without compression. */

import {
  blockTrailer,
  BLOCK_TRAILER_BYTES,
  compareBytes,
  Compression,
  encodeBlockHandle,
  encodeFooter,
  type BlockHandle,
} from './table-format.ts';
import { WireWriter } from './wire-format.ts';

/** table::Options: a block ends when it has grown to this size. */
const BLOCK_SIZE = 262144;
/** Every so many entries of a data block a key is stored whole. */
const DATA_RESTART_INTERVAL = 16;
const INDEX_RESTART_INTERVAL = 1;

export class TableWriter {
  readonly #chunks: Uint8Array[] = [];
  #offset = 0;
  #data = new BlockBuilder(DATA_RESTART_INTERVAL);
  readonly #index = new BlockBuilder(INDEX_RESTART_INTERVAL);
  #lastKey: Uint8Array = new Uint8Array(0);
  /** A finished block whose index entry waits for the next key, to find a short key between the two. */
  #waiting: BlockHandle | undefined;

  /** Keys come in ascending order of their bytes. @throws RangeError when one does not. */
  add(key: Uint8Array, value: Uint8Array): void {
    const first = this.#data.isEmpty && this.#offset === 0;
    if (!first && compareBytes(key, this.#lastKey) <= 0) throw new RangeError('Table keys have to ascend.');
    // TableBuilder::Add: an entry of twice a block's size gets a block of its own.
    if (key.length + value.length >= 2 * BLOCK_SIZE) this.#flush();
    if (this.#waiting !== undefined) {
      this.#index.add(shortestSeparator(this.#lastKey, key), encodeBlockHandle(this.#waiting));
      this.#waiting = undefined;
    }
    this.#lastKey = key;
    this.#data.add(key, value);
    if (this.#data.sizeEstimate >= BLOCK_SIZE) this.#flush();
  }

  /** The whole file. */
  finish(): Uint8Array {
    this.#flush();
    const metaindex = this.#writeBlock(new BlockBuilder(DATA_RESTART_INTERVAL).finish());
    if (this.#waiting !== undefined)
      this.#index.add(shortSuccessor(this.#lastKey), encodeBlockHandle(this.#waiting));
    const index = this.#writeBlock(this.#index.finish());
    this.#chunks.push(encodeFooter(metaindex, index));
    return Buffer.concat(this.#chunks);
  }

  #flush(): void {
    if (this.#data.isEmpty) return;
    this.#waiting = this.#writeBlock(this.#data.finish());
    this.#data = new BlockBuilder(DATA_RESTART_INTERVAL);
  }

  #writeBlock(block: Uint8Array): BlockHandle {
    const handle = { offset: this.#offset, size: block.length };
    this.#chunks.push(block, blockTrailer(block, Compression.none));
    this.#offset += block.length + BLOCK_TRAILER_BYTES;
    return handle;
  }
}

class BlockBuilder {
  readonly #restartInterval: number;
  readonly #restarts: number[] = [0];
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #sinceRestart = 0;
  #lastKey: Uint8Array = new Uint8Array(0);

  constructor(restartInterval: number) {
    this.#restartInterval = restartInterval;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** BlockBuilder::CurrentSizeEstimate. */
  get sizeEstimate(): number {
    return this.#length + this.#restarts.length * 4 + 4;
  }

  add(key: Uint8Array, value: Uint8Array): void {
    let shared = 0;
    if (this.#sinceRestart < this.#restartInterval) shared = sharedLength(this.#lastKey, key);
    else {
      this.#restarts.push(this.#length);
      this.#sinceRestart = 0;
    }
    const lengths = new WireWriter(15)
      .varint(shared)
      .varint(key.length - shared)
      .varint(value.length)
      .finish();
    this.#chunks.push(lengths, key.subarray(shared), value);
    this.#length += lengths.length + key.length - shared + value.length;
    this.#lastKey = key;
    this.#sinceRestart++;
  }

  finish(): Uint8Array {
    const restarts = new Uint8Array(this.#restarts.length * 4 + 4);
    const view = new DataView(restarts.buffer);
    [...this.#restarts, this.#restarts.length].forEach((value, index) => {
      view.setUint32(index * 4, value, true);
    });
    return Buffer.concat([...this.#chunks, restarts]);
  }
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** A short key in [start, limit): FindShortestSeparator of LevelDB's bytewise comparator. */
function shortestSeparator(start: Uint8Array, limit: Uint8Array): Uint8Array {
  const shared = sharedLength(start, limit);
  const byte = start[shared] ?? 0xff;
  if (shared >= Math.min(start.length, limit.length) || byte === 0xff || byte + 1 >= (limit[shared] ?? 0))
    return start;
  return incrementedAt(start, shared);
}

/** A short key that is not below `key`: FindShortSuccessor. */
function shortSuccessor(key: Uint8Array): Uint8Array {
  const at = key.findIndex(byte => byte !== 0xff);
  return at < 0 ? key : incrementedAt(key, at);
}

function incrementedAt(key: Uint8Array, at: number): Uint8Array {
  const short = new Uint8Array(key.subarray(0, at + 1));
  short[at] = (short[at] ?? 0) + 1;
  return short;
}
