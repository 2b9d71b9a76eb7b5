import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Whether a path leads to somewhere below that folder, or to it, whatever links there are on the way. */
export async function isInsideFolder(folder: string, path: string): Promise<boolean> {
  const way = relative(await realPath(folder), await realPath(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Of what is not there: as it is written. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
