import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path leads into the folder, to something else than itself. Only names are compared. */
export function isWithin(dir: string, path: string): boolean {
  const inside = relative(dir, path);
  return inside !== '' && inside.split(sep)[0] !== '..' && !isAbsolute(inside);
}
