import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isWithin } from '../formats/is-within.ts';

/** Whether a path leads to somewhere below that folder, or to it, whatever links there are on the way. */
export async function isInsideFolder(folder: string, path: string): Promise<boolean> {
  const [real, target] = await Promise.all([realPath(folder), realPath(path)]);
  return real === target || isWithin(real, target);
}

/** Of what is not there: as it is written. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
