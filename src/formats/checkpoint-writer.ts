/** Writes V2 checkpoints, byte for byte as TensorFlow's BundleWriter does, but so that a crash never costs one. */

import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeBundleEntry, encodeBundleHeader, HEADER_KEY } from './bundle-entry.ts';
import { dataFile, indexFile } from './bundle-file-names.ts';
import { BundleReader } from './bundle-reader.ts';
import { encodeStrings } from './bundle-strings.ts';
import { maskedCrc32c } from './crc32c.ts';
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
 * The checkpoint exists from the rename of its index on, which comes after its data are on the disk; then it is read
 * back and verified. Whatever happens before that leaves what was there. Only writing over an existing prefix has to
 * take the old one away first: give each checkpoint a prefix of its own.
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
  try {
    await makeFolder(folder);
    await removeAbandonedTemporaries(folder);
    const data = await create(dataFile(prefix, 0, 1));
    const entries = await writeData(data, tensors);
    await data.sync();
    const index = await create(indexFile(prefix));
    await index.write(makeIndex(entries));
    await index.sync();
    await rm(indexFile(prefix), { force: true });
    await data.commit();
    await index.commit();
    await syncFolder(folder);
    await verify(prefix);
  } catch (error) {
    for (const file of temporaries) await file.discard().catch(() => undefined);
    if (error instanceof RangeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The checkpoint ${prefix} could not be saved: ${reason.replace(/\.$/, '')}.`, {
      cause: error,
    });
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

function makeIndex(entries: IndexEntry[]): Uint8Array {
  const table = new TableWriter();
  table.add(Buffer.from(HEADER_KEY), encodeBundleHeader({ shards: 1, bigEndian: false }));
  for (const { key, value } of entries.sort((a, b) => compareBytes(a.key, b.key))) table.add(key, value);
  return table.finish();
}

async function verify(prefix: string): Promise<void> {
  const written = await BundleReader.open(prefix);
  try {
    await written.verify();
  } finally {
    await written.close();
  }
}
