import path from 'node:path';

/** The folder of package.json. */
const projectFolder = path.dirname(import.meta.dirname);

/** Everything that the scripts install or make and that a fresh clone does not have; git ignores it. */
export const cacheFolder = path.join(projectFolder, '.cache');

export function inProject(...segments: string[]): string {
  return path.join(projectFolder, ...segments);
}

export function inCache(...segments: string[]): string {
  return path.join(cacheFolder, ...segments);
}
