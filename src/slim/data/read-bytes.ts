import { readFile } from 'node:fs/promises';
import type { FileName } from './file-path.ts';

/** The bytes of a file; `new URL('images.u8', import.meta.url)` names one beside the script. */
export async function readBytes(file: FileName): Promise<Uint8Array> {
  return new Uint8Array(await readFile(file));
}
