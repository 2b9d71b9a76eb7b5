/** Reads a V2 checkpoint: a tensor bundle (core/util/tensor_bundle/tensor_bundle.cc). */

import { open, type FileHandle } from 'node:fs/promises';
import {
  decodeBundleEntry,
  decodeBundleHeader,
  HEADER_KEY,
  type BundleEntry,
  type BundleHeader,
  type IndexedBundleEntry,
} from './bundle-entry.ts';
import { swapBytes } from './byte-order.ts';
import { dataFile, indexFile } from './bundle-file-names.ts';
import { decodeStrings, verifyVariants } from './bundle-strings.ts';
import type { Checkpoint } from './checkpoint.ts';
import { mask } from './crc32c.ts';
import { dtypeSize, dtypeWordSize } from './dtype.ts';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { decodeFullNames, OBJECT_GRAPH_KEY, readableNamesOf } from './object-graph.ts';
import { readChecksum, readExactly, readWithChecksum } from './read-exactly.ts';
import { copySlice } from './slice-copy.ts';
import { TableReader } from './table-reader.ts';
import { boundedSlice, tensorSliceKey, type TensorSlice } from './tensor-slice.ts';
import { byteLengthOf, elementCount, stringElements, type TensorValue } from './tensor-value.ts';
import { WireReader } from './wire-format.ts';
import { workAhead } from './work-ahead.ts';

/** Keys are compared as bytes; as a Map's key they are these bytes, one in each UTF-16 unit. */
type KeyText = string;

/** A data file. It does not change: a checkpoint is written once. */
interface Shard {
  readonly file: FileHandle;
  readonly size: number;
}

async function openShard(path: string): Promise<Shard> {
  const file = await open(path);
  try {
    return { file, size: (await file.stat()).size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class BundleReader implements Checkpoint {
  readonly prefix: string;
  readonly format = 'v2';
  readonly problems = [];
  readonly variables: ReadonlyMap<string, IndexedBundleEntry>;
  readonly #header: BundleHeader;
  /** The entries of slices. */
  readonly #parts: ReadonlyMap<KeyText, BundleEntry>;
  readonly #shards = new Map<number, Promise<Shard>>();

  private constructor(
    prefix: string,
    header: BundleHeader,
    variables: ReadonlyMap<string, IndexedBundleEntry>,
    parts: ReadonlyMap<KeyText, BundleEntry>,
  ) {
    this.prefix = prefix;
    this.#header = header;
    this.variables = variables;
    this.#parts = parts;
  }

  /**
   * @param path the index file, when it does not have its final name yet.
   * @throws FormatError naming the index file when it is damaged.
   */
  static async open(prefix: string, path = indexFile(prefix)): Promise<BundleReader> {
    const file = await open(path);
    try {
      return await BundleReader.#readIndex(prefix, path, file);
    } finally {
      await file.close();
    }
  }

  static async #readIndex(prefix: string, path: string, file: FileHandle): Promise<BundleReader> {
    const table = await TableReader.open(file, path);
    const variables = new Map<string, IndexedBundleEntry>();
    const parts = new Map<KeyText, BundleEntry>();
    let header: BundleHeader | undefined;
    let reader = new WireReader(new Uint8Array(0));
    await table.forEach(({ keyText: key, block, valueStart, valueEnd }) => {
      if (reader.bytes !== block) reader = new WireReader(block);
      reader.reset(valueStart, valueEnd);
      try {
        if (key === HEADER_KEY) header = decodeBundleHeader(block.subarray(valueStart, valueEnd));
        // The keys of slices begin with a zero byte, those that people named do not.
        else if (key.startsWith('\0')) parts.set(key, decodeBundleEntry(reader));
        else variables.set(variableName(key), decodeBundleEntry(reader));
      } catch (error) {
        throw new FormatError(`entry ${variableName(key)}: ${errorReason(error)}`, { cause: error });
      }
    });
    if (header === undefined) throw new FormatError(`${path} is no checkpoint index: it has no header.`);
    return new BundleReader(prefix, header, variables, parts);
  }

  /** In how many data files the header says that the data are. */
  get shards(): number {
    return this.#header.shards;
  }

  async read(name: string): Promise<TensorValue> {
    const entry = this.#entry(name);
    return entry.slices.length === 0 ? this.#readWhole(name, entry) : this.#readSlices(name, entry);
  }

  async verify(): Promise<void> {
    const checks = workAhead(
      this.variables,
      ([, { nbytes }]) => nbytes,
      ([name]) => this.check(name),
    );
    while ((await checks.next()).done !== true);
  }

  async check(name: string): Promise<void> {
    const entry = this.#entry(name);
    if (entry.slices.length === 0) await this.#checkWhole(name, entry);
    else for (const part of this.#sliceEntries(name, entry)) await this.#checkWhole(name, part.entry);
  }

  async readableNames(): Promise<ReadonlyMap<string, string>> {
    if (this.variables.get(OBJECT_GRAPH_KEY)?.dtype !== 'string') {
      return new Map([...this.variables.keys()].map(name => [name, name]));
    }
    return readableNamesOf(this.variables.keys(), await this.#fullNames());
  }

  /** None when the graph is damaged: the variables are good without it. */
  async #fullNames(): Promise<ReadonlyMap<string, string>> {
    try {
      const [graph = new Uint8Array(0)] = stringElements(await this.read(OBJECT_GRAPH_KEY));
      return decodeFullNames(graph);
    } catch (error) {
      if (error instanceof FormatError) return new Map();
      throw error;
    }
  }

  async close(): Promise<void> {
    const shards = [...this.#shards.values()];
    this.#shards.clear();
    for (const shard of await Promise.allSettled(shards)) {
      if (shard.status === 'fulfilled') await shard.value.file.close();
    }
  }

  #entry(name: string): BundleEntry {
    const entry = this.variables.get(name);
    if (entry === undefined) {
      throw new FormatError(`The checkpoint ${this.prefix} has no variable ${name}.`);
    }
    return entry;
  }

  async #checkWhole(name: string, entry: BundleEntry): Promise<void> {
    if (entry.dtype === 'variant') await this.#verifyVariants(name, entry);
    else if (entry.dtype === 'string') await this.#readWhole(name, entry);
    else await this.#checkBytes(name, entry);
  }

  async #readWhole(name: string, entry: BundleEntry): Promise<TensorValue> {
    const { dtype, shape, checksum } = entry;
    if (dtype === 'variant' || dtype === 'resource') {
      throw new FormatError(`${name} in ${this.prefix} is a ${dtype}: only TensorFlow can read it.`);
    }
    if (dtype === 'string') {
      const bytes = await this.#readBytes(name, entry);
      return this.#explain(name, entry, () =>
        decodeStrings(bytes, shape, elementCount(shape), checksum, this.#header.bigEndian),
      );
    }
    const size = await this.#checkSize(name, entry);
    const { file } = await this.#shard(name, entry);
    const { bytes, crc } = await readWithChecksum(file, entry.offset, size, this.#dataFile(entry));
    if (mask(crc) !== checksum) throw this.#checksumError(name, entry);
    if (this.#header.bigEndian) swapBytes(bytes, dtypeWordSize(dtype));
    return { dtype, shape, bytes };
  }

  async #readSlices(name: string, entry: BundleEntry): Promise<TensorValue> {
    const { dtype, shape } = entry;
    const parts = this.#sliceEntries(name, entry);
    const elementSize = dtypeSize(dtype);
    if (elementSize === null)
      throw new FormatError(`${name} in ${this.prefix}: ${dtype} slices are not supported.`);
    for (const part of parts) await this.#checkSize(name, part.entry);
    const bytes = new Uint8Array(elementCount(shape) * elementSize);
    for (const { slice, entry: part } of parts) {
      const { bytes: piece } = await this.#readWhole(name, part);
      copySlice(bytes, shape, piece, slice, elementSize);
    }
    return { dtype, shape, bytes };
  }

  #sliceEntries(name: string, entry: BundleEntry): { slice: TensorSlice; entry: BundleEntry }[] {
    const parts = entry.slices.map(stored => {
      const slice = this.#explain(name, entry, () => boundedSlice(stored, entry.shape));
      const part = this.#parts.get(keyText(tensorSliceKey(Buffer.from(name), stored)));
      if (part === undefined)
        throw new FormatError(`${name} in ${indexFile(this.prefix)}: a slice has no entry.`);
      const sizes = slice.map(extent => extent.length);
      if (part.dtype !== entry.dtype || part.slices.length > 0 || part.shape.join() !== sizes.join()) {
        throw new FormatError(
          `${name} in ${indexFile(this.prefix)}: a slice's entry does not fit the slice.`,
        );
      }
      return { slice, entry: part };
    });
    const covered = parts.reduce((sum, part) => sum + elementCount(part.entry.shape), 0);
    if (covered === elementCount(entry.shape)) return parts;
    throw new FormatError(
      `${name} in ${this.prefix}: its slices hold ${covered} of ${elementCount(entry.shape)} elements.`,
    );
  }

  async #verifyVariants(name: string, entry: BundleEntry): Promise<void> {
    const bytes = await this.#readBytes(name, entry);
    this.#explain(name, entry, () => {
      verifyVariants(bytes, elementCount(entry.shape), entry.checksum);
    });
  }

  /** The whole of an entry's bytes. Memory for them is taken only when the data file has as many. */
  async #readBytes(name: string, entry: BundleEntry): Promise<Uint8Array> {
    const size = await this.#checkSize(name, entry);
    const { file } = await this.#shard(name, entry);
    return readExactly(file, entry.offset, size, this.#dataFile(entry));
  }

  async #checkBytes(name: string, entry: BundleEntry): Promise<void> {
    const size = await this.#checkSize(name, entry);
    const { file } = await this.#shard(name, entry);
    const crc = await readChecksum(file, entry.offset, size, this.#dataFile(entry));
    if (mask(crc) !== entry.checksum) throw this.#checksumError(name, entry);
  }

  /** Returns the entry's size, when it is what dtype and shape ask for and lies within the data file. */
  async #checkSize(name: string, entry: BundleEntry): Promise<number> {
    const { dtype, shape, offset, size } = entry;
    const expected = byteLengthOf(dtype, shape) ?? size;
    if (size !== expected) {
      throw new FormatError(
        `${name} in ${indexFile(this.prefix)}: ${size} bytes where ${dtype} [${shape.join(', ')}] takes ${expected}.`,
      );
    }
    const { size: fileSize } = await this.#shard(name, entry);
    if (offset + size > fileSize) {
      throw new FormatError(
        `${this.#dataFile(entry)} is cut off: ${name} ends at offset ${offset + size}, the file at ${fileSize}.`,
      );
    }
    return size;
  }

  async #shard(name: string, entry: BundleEntry): Promise<Shard> {
    const { shards } = this.#header;
    if (entry.shard >= shards) {
      throw new FormatError(
        `${name} in ${indexFile(this.prefix)}: it names data file ${entry.shard} of ${shards}.`,
      );
    }
    const opening = this.#shards.get(entry.shard) ?? openShard(this.#dataFile(entry));
    this.#shards.set(entry.shard, opening);
    try {
      return await opening;
    } catch (error) {
      throw new FormatError(
        `${name} of the checkpoint ${this.prefix} cannot be read: ${errorReason(error)}.`,
        {
          cause: error,
        },
      );
    }
  }

  #dataFile(entry: BundleEntry): string {
    return dataFile(this.prefix, entry.shard, this.#header.shards);
  }

  #checksumError(name: string, entry: BundleEntry): FormatError {
    return new FormatError(
      `${this.#dataFile(entry)} is damaged: ${name} (${entry.size} bytes at offset ${entry.offset}) fails its checksum.`,
    );
  }

  #explain<T>(name: string, entry: BundleEntry, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const where = `${name} (${entry.size} bytes at offset ${entry.offset})`;
      throw new FormatError(`${this.#dataFile(entry)} is damaged, ${where}: ${errorReason(error)}.`, {
        cause: error,
      });
    }
  }
}

function keyText(key: Uint8Array): KeyText {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

function variableName(key: KeyText): string {
  // Mostly the bytes are ASCII.
  return /[\x80-\xff]/.test(key) ? Buffer.from(key, 'latin1').toString() : key;
}
