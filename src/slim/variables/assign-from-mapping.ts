import { resolve } from 'node:path';
import { messageOf } from '../../protocol/error-message.ts';
import { pathInMapping, readRestoreFile } from '../../restore/restore-file.ts';
import { log } from '../log.ts';
import { restoreInitFn, type RestoreInitFn } from './restore-variables.ts';
import { getVariables } from './select-variables.ts';

/**
 * Makes a function that sets variables as a `NAME.restore.json` says, for `train`'s `initFn`: its checkpoint, patterns,
 * rename rules and what it says of single variables.
 *
 * @throws Error with file, line and column where the file is not one, or saying all that does not fit.
 */
export async function assignFromMapping(path: string): Promise<RestoreInitFn> {
  const { mapping, note } = await readRestoreFile(path);
  if (note !== undefined) log(`${path}: ${note}`);
  if (mapping.checkpoint === null)
    throw new Error(`${path} does not say from which "checkpoint" to restore.`);
  try {
    return await restoreInitFn(pathInMapping(resolve(path), mapping.checkpoint), getVariables(), mapping);
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
  }
}
