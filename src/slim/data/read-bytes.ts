import { readFile } from 'node:fs/promises';

/** The bytes of a file; `new URL('images.u8', import.meta.url)` names one beside the script. */
export async function readBytes(file: string | URL): Promise<Uint8Array> {
  return new Uint8Array(await readFile(file));
}
