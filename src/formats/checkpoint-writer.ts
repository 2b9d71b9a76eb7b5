/** Writes V2 checkpoints, byte for byte as TensorFlow's BundleWriter does, but so that a crash never costs one. */

import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeBundleEntry, encodeBundleHeader, HEADER_KEY } from './bundle-entry.ts';
import { dataFile, indexFile, isDataFile } from './bundle-file-names.ts';
import { BundleReader } from './bundle-reader.ts';
import { encodeStrings } from './bundle-strings.ts';
import { maskedCrc32c } from './crc32c.ts';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { makeFolder } from './make-folder.ts';
import { compareBytes } from './table-format.ts';
import { TableWriter } from './table-writer.ts';
import { removeAbandonedTemporaries, syncFolder, TemporaryFile } from './temporary-file.ts';
import { byteLengthOf, type TensorValue } from './tensor-value.ts';

type NamedTensors = Iterable<readonly [string, TensorValue]> | AsyncIterable<readonly [string, TensorValue]>;

interface IndexEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * Writes `PREFIX.data-00000-of-00001` and `PREFIX.index`. Tensors are taken one at a time, so an iterable may make them
 * as they are asked for; their data follow each other in that order, as BundleWriter has it.
 *
 * The checkpoint exists from the rename of its index on. Before that its data are on the disk under their final name, and
 * have been read back and verified. At every instant either what was there before is whole or the new one is: over a
 * checkpoint of the same prefix, whose data must stay until the new index is there, data are written under another count
 * of files (`PREFIX.data-00000-of-00002`, the other file has nothing in it and is left out).
 *
 * @throws Error naming the prefix when it cannot be written (no space, no permission, a disk that lies); the files that
 * were begun are gone then.
 * @throws RangeError when two tensors have one name or a tensor's bytes do not fit its shape.
 */
export async function writeCheckpoint(prefix: string, tensors: NamedTensors): Promise<void> {
  const folder = dirname(prefix);
  const temporaries: TemporaryFile[] = [];
  const create = async (path: string): Promise<TemporaryFile> => {
    const file = await TemporaryFile.create(path);
    temporaries.push(file);
    return file;
  };
  let uncommitted: string | undefined;
  try {
    await makeFolder(folder);
    await removeAbandonedTemporaries(folder);
    const shards = (await shardsOf(prefix)) === 1 ? 2 : 1;
    const data = await create(dataFile(prefix, 0, shards));
    const entries = await writeData(data, tensors);
    await data.sync();
    const index = await create(indexFile(prefix));
    await index.write(makeIndex(entries, shards));
    await index.sync();
    await data.commit();
    uncommitted = dataFile(prefix, 0, shards);
    await syncFolder(folder);
    await verify(prefix, index.temporaryPath);
    await index.commit();
    uncommitted = undefined;
    await syncFolder(folder);
    // The checkpoint is good with them, too: the next one of this prefix tries again.
    await removeOtherData(prefix, dataFile(prefix, 0, shards)).catch(() => undefined);
  } catch (error) {
    if (uncommitted !== undefined) await rm(uncommitted, { force: true }).catch(() => undefined);
    for (const file of temporaries) await file.discard().catch(() => undefined);
    if (error instanceof RangeError) throw error;
    throw new Error(`The checkpoint ${prefix} could not be saved: ${errorReason(error)}.`, { cause: error });
  }
}

/** In how many files a checkpoint of that prefix has its data; undefined when there is none, or it is damaged. */
async function shardsOf(prefix: string): Promise<number | undefined> {
  try {
    return (await BundleReader.open(prefix)).shards;
  } catch (error) {
    if (error instanceof FormatError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a checkpoint that was written over had; also what a killed process wrote and did not come to commit. */
async function removeOtherData(prefix: string, kept: string): Promise<void> {
  const folder = dirname(prefix);
  for (const name of await readdir(folder)) {
    if (isDataFile(name, basename(prefix)) && name !== basename(kept)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

async function writeData(file: TemporaryFile, tensors: NamedTensors): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  let offset = 0;
  for await (const [name, tensor] of tensors) {
    const { dtype, shape } = tensor;
    const { bytes, checksum } = encodeTensor(name, tensor);
    await file.write(bytes);
    const value = encodeBundleEntry({
      dtype,
      shape,
      shard: 0,
      offset,
      size: bytes.length,
      checksum,
      slices: [],
    });
    entries.push({ key: Buffer.from(name), value });
    offset += bytes.length;
  }
  return entries;
}

function encodeTensor(name: string, tensor: TensorValue): { bytes: Uint8Array; checksum: number } {
  if (tensor.dtype === 'string') return encodeStrings(tensor);
  const expected = byteLengthOf(tensor.dtype, tensor.shape);
  if (expected !== tensor.bytes.length) {
    throw new RangeError(
      `${name} has ${tensor.bytes.length} bytes; ${tensor.dtype} [${tensor.shape.join(', ')}] takes ${expected ?? 'an unknown number'}.`,
    );
  }
  return { bytes: tensor.bytes, checksum: maskedCrc32c(tensor.bytes) };
}

function makeIndex(entries: IndexEntry[], shards: number): Uint8Array {
  const table = new TableWriter();
  table.add(Buffer.from(HEADER_KEY), encodeBundleHeader({ shards, bigEndian: false }));
  for (const { key, value } of entries.sort((a, b) => compareBytes(a.key, b.key))) table.add(key, value);
  return table.finish();
}

async function verify(prefix: string, index: string): Promise<void> {
  const written = await BundleReader.open(prefix, index);
  try {
    await written.verify();
  } finally {
    await written.close();
  }
}
