/** Opens checkpoints: V2 tensor bundles, `PREFIX.index` and `PREFIX.data-NNNNN-of-NNNNN`. */

import { access } from 'node:fs/promises';
import { BundleReader } from './bundle-reader.ts';
import { indexFile } from './bundle-file-names.ts';
import type { Checkpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';

/**
 * Opens the checkpoint of that path prefix (`.../model.ckpt-1000`) and reads its index, none of its data.
 *
 * @throws FormatError naming the file when there is none or its index is damaged.
 */
export async function openCheckpoint(prefix: string): Promise<Checkpoint> {
  try {
    await access(indexFile(prefix));
  } catch (error) {
    throw new FormatError(`There is no checkpoint ${prefix}: ${indexFile(prefix)} cannot be read.`, {
      cause: error,
    });
  }
  return BundleReader.open(prefix);
}
