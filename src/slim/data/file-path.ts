import { fileURLToPath } from 'node:url';

/** A file as users name it: a path, or `new URL('images.npy', import.meta.url)` for one beside the script. */
export type FileName = string | URL;

/** The path of a file, as errors show it. */
export function filePath(file: FileName): string {
  return file instanceof URL ? fileURLToPath(file) : file;
}
