/** The one door to everything that holds named arrays: checkpoints of all kinds, SavedModels, files of values. */

import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { indexFile } from './bundle-file-names.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCheckpoint } from './find-checkpoint.ts';
import { FormatError } from './format-error.ts';
import { isFile } from './is-file.ts';
import { openMat } from './mat-file.ts';
import { openNpy } from './npy-file.ts';
import { openNpz } from './npz-file.ts';
import { openJsonNumbers, openNumberTable } from './number-text.ts';
import { openSafetensors } from './safetensors.ts';
import { openTensorflowCheckpoint } from './tensorflow-checkpoint.ts';

type Open = (path: string) => Promise<Checkpoint>;

const BY_EXTENSION: Readonly<Record<string, Open>> = {
  '.npy': openNpy,
  '.npz': openNpz,
  '.safetensors': openSafetensors,
  '.mat': openMat,
  '.json': openJsonNumbers,
  '.csv': openNumberTable,
  '.tsv': openNumberTable,
  '.txt': openNumberTable,
};

/** HDF5: Keras's .h5, MATLAB's 7.3. */
const HDF5_MAGIC = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * Opens what is at `path` and reads its index or header, none of its data (of JSON and text: all). Good for:
 * - the path prefix of a V2 checkpoint (`.../model.ckpt-1000`), or one of its files;
 * - a V1 checkpoint: its file, the pattern of its shards (`model.ckpt-?????-of-00003`), or what comes before that;
 * - a SavedModel's folder; a log folder, for its newest sound checkpoint, of which all is read to know that it is;
 * - `.npy`, `.npz`, `.safetensors`, `.mat`, `.json`, and numbers as `.csv`, `.tsv` or `.txt`.
 *
 * @throws FormatError naming the file when there is none, its index is damaged, or it is none of these.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const found = (await findCheckpoint(path)).path;
  const isBundle = await isFile(indexFile(found));
  if (isBundle || !(await isFile(found))) return openTensorflowCheckpoint(found);
  const byExtension = BY_EXTENSION[extname(found).toLowerCase()];
  if (byExtension !== undefined) return byExtension(found);
  await refuseHdf5(found);
  return openTensorflowCheckpoint(found);
}

async function refuseHdf5(path: string): Promise<void> {
  const file = await open(path);
  try {
    const start = new Uint8Array(HDF5_MAGIC.length);
    await file.read(start, 0, start.length, 0);
    if (HDF5_MAGIC.equals(start)) {
      throw new FormatError(
        `${path} is an HDF5 file, which is not read. In Python, model.save_weights('NAME') of Keras 2 writes a checkpoint.`,
      );
    }
  } finally {
    await file.close();
  }
}
