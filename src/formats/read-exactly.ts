import type { FileHandle } from 'node:fs/promises';
import { FormatError } from './format-error.ts';

/** Node reads at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * Reads `length` bytes at `offset`. The caller has compared them with the file's size, since the memory is taken first.
 *
 * @throws FormatError naming `path` when the file ends before that.
 */
export async function readExactly(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(
      bytes,
      done,
      Math.min(length - done, MAX_READ_BYTES),
      offset + done,
    );
    if (bytesRead === 0)
      throw new FormatError(`${path} ends at offset ${offset + done}, within what is to be read.`);
    done += bytesRead;
  }
  return bytes;
}
