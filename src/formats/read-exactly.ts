import type { FileHandle } from 'node:fs/promises';
import { crc32c } from './crc32c.ts';
import { FormatError } from './format-error.ts';
import { MAX_ITEMS, workAhead } from './work-ahead.ts';

/** Node reads at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * Small enough to be in the processor's cache still when its checksum is taken, large enough that it counts little that
 * one thread has to wake the other.
 */
const PIECE_BYTES = 4 * 2 ** 20;

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

/** As {@link readExactly}, with the CRC-32C of the bytes. */
export async function readWithChecksum(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; crc: number }> {
  const bytes = uninitialized(length);
  const crc = await checksum(file, offset, length, path, at => bytes.subarray(at, at + PIECE_BYTES));
  return { bytes, crc };
}

/** The CRC-32C of `length` bytes at `offset`, in no more memory than a few pieces take. */
export function readChecksum(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
): Promise<number> {
  const ring = uninitialized(Math.min(length, MAX_ITEMS * PIECE_BYTES));
  return checksum(file, offset, length, path, at => {
    const start = at % (MAX_ITEMS * PIECE_BYTES);
    return ring.subarray(start, start + Math.min(PIECE_BYTES, length - at));
  });
}

/** Each piece's checksum is taken while those after it are read, to where `pieceAt` says. */
async function checksum(
  file: FileHandle,
  offset: number,
  length: number,
  path: string,
  pieceAt: (at: number) => Uint8Array,
): Promise<number> {
  const starts = Array.from({ length: Math.ceil(length / PIECE_BYTES) }, (_, index) => index * PIECE_BYTES);
  const pieces = workAhead(
    starts,
    () => PIECE_BYTES,
    async at => {
      const piece = pieceAt(at);
      await fill(piece, file, offset + at, path);
      return piece;
    },
  );
  let crc = 0;
  for await (const [, piece] of pieces) crc = crc32c(piece, crc);
  return crc;
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
