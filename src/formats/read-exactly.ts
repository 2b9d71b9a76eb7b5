import type { FileHandle } from 'node:fs/promises';
import { crc32c } from './crc32c.ts';
import { FOLD_BLOCK_BYTES } from './crc32c-fold.ts';
import { FormatError } from './format-error.ts';

/** Node reads at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/** Small enough to be in the processor's cache still when its checksum is taken. */
const PIECE_BYTES = 16 * FOLD_BLOCK_BYTES;

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
  const bytes = uninitialized(length);
  await fill(bytes, file, offset, path);
  return bytes;
}

/** As {@link readExactly}, with the CRC-32C of the bytes: each piece's is taken while the next one is read. */
export async function readWithChecksum(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; crc: number }> {
  const bytes = uninitialized(length);
  let crc = 0;
  let done = bytes.subarray(0, 0);
  for (let at = 0; at < length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const reading = fill(piece, file, offset + at, path);
    crc = crc32c(done, crc);
    await reading;
    done = piece;
  }
  return { bytes, crc: crc32c(done, crc) };
}

async function fill(bytes: Uint8Array, file: FileHandle, offset: number, path: string): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const wanted = Math.min(bytes.length - done, MAX_READ_BYTES);
    const { bytesRead } = await file.read(bytes, done, wanted, offset + done);
    if (bytesRead === 0)
      throw new FormatError(`${path} ends at offset ${offset + done}, within what is to be read.`);
    done += bytesRead;
  }
}

/** Memory that is not cleared first: either all of it is read into, or nobody gets it. */
function uninitialized(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
