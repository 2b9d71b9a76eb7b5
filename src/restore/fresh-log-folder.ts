/** A warm start begins in a log folder without checkpoints: with them the run would be resumed instead. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { prefixesIn, stepOf } from '../formats/bundle-file-names.ts';

/**
 * The newest checkpoint in the folder by its name, sound or not, or the `checkpoint` file when that is all; undefined:
 * none, or there is no such folder. No checkpoint is read.
 */
export async function checkpointIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const [newest] = prefixesIn(names).sort((a, b) => (stepOf(b) ?? -1) - (stepOf(a) ?? -1));
  const found = newest ?? names.find(name => name === 'checkpoint');
  return found === undefined ? undefined : join(folder, found);
}

/** `logs/digits-2` for `logs/digits`, or with the first number for which there is neither folder nor use. */
export async function freshFolder(
  folder: string,
  isTaken: (candidate: string) => boolean = () => false,
): Promise<string> {
  for (let number = 2; ; number++) {
    const fresh = `${folder}-${number}`;
    if (!isTaken(fresh) && !(await exists(fresh))) return fresh;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
