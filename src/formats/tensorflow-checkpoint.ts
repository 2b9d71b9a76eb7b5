/** Opens TensorFlow's own checkpoints by what TensorFlow calls them: a path prefix (V2) or a path or pattern (V1). */

import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { indexFile } from './bundle-file-names.ts';
import { BundleReader } from './bundle-reader.ts';
import type { Checkpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { isFile } from './is-file.ts';
import { v1Shard } from './v1-file-names.ts';
import { V1Reader } from './v1-reader.ts';

/**
 * As NewCheckpointReader (python/training/py_checkpoint_reader.py): V2 where there is an index, otherwise V1.
 *
 * @param prefix `model.ckpt-1000`; of V1 also the pattern of its files, `model.ckpt-1000-?????-of-00003`.
 * @throws FormatError naming the file when there is none, one of several is missing, or it is damaged.
 */
export async function openTensorflowCheckpoint(prefix: string): Promise<Checkpoint> {
  if (await isFile(indexFile(prefix))) return BundleReader.open(prefix);
  const files = await v1Files(prefix);
  if (files.length === 0) {
    throw new FormatError(
      `There is no checkpoint ${prefix}: neither ${indexFile(prefix)} nor a file ${prefix} can be read.`,
    );
  }
  return V1Reader.open(prefix, files);
}

/** The file of that name, otherwise those that fit it as a pattern, otherwise those that are its shards. */
async function v1Files(prefix: string): Promise<string[]> {
  if (await isFile(prefix)) return [prefix];
  const folder = dirname(prefix);
  const names = await readdir(folder).catch((): string[] => []);
  const name = basename(prefix);
  const isWanted = /[?*]/.test(name)
    ? (file: string) => patternOf(name).test(file)
    : (file: string) => v1Shard(file)?.base === name;
  const files = names.filter(isWanted).sort();
  checkComplete(prefix, files);
  return files.map(file => join(folder, file));
}

/** Of a shell's patterns those with which TensorFlow names shards. */
function patternOf(name: string): RegExp {
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('?', '.')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's');
}

/** TensorFlow takes what is there, and misses variables later; the names say how many files there should be. */
function checkComplete(prefix: string, files: readonly string[]): void {
  const shards = files.map(v1Shard);
  const counts = new Set(shards.map(shard => shard?.shards ?? NaN));
  const [count = NaN] = counts;
  if (files.length === 0 || counts.size !== 1 || Number.isNaN(count)) return;
  const present = new Set(shards.map(shard => shard?.shard));
  const missing = Array.from({ length: Math.min(count, files.length + 1) }, (_, shard) => shard).find(
    shard => !present.has(shard),
  );
  if (missing === undefined || files.length >= count) return;
  throw new FormatError(
    `The checkpoint ${prefix} lacks file ${missing} of ${count}. To read what the others hold, open one of them by its name.`,
  );
}
