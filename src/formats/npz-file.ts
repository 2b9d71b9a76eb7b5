/** Opens NumPy's archives (`np.savez`, `np.savez_compressed`) so that an array is read when it is asked for. */

import { isAscii } from 'node:buffer';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { checkNpyLength, decodeNpyElements, decodeNpyHeader, NoNumbersError } from './npy.ts';
import { NPY_HEAD_BYTES } from './npy-file.ts';
import { byteLengthOf, type TensorValue } from './tensor-value.ts';
import { ValuesFile, type StoredArray } from './values-file.ts';

const SUFFIX = '.npy';

/** What deflate makes of one byte at most: see https://www.zlib.net/zlib_tech.html. */
const MAX_DEFLATE_RATIO = 1032;

/**
 * Reads the archive's directory and the beginning of each array. What is no array of numbers is left out.
 *
 * @throws FormatError naming the file when it is no zip archive, or holds no array of numbers.
 */
export async function openNpz(path: string): Promise<ValuesFile> {
  const archive = await openPromise(path, {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: false,
  }).catch(notSound(path));
  try {
    const arrays = new Map<string, StoredArray>();
    const problems: string[] = [];
    for (const entry of await entriesOf(archive, path)) {
      const name = nameOf(entry);
      if (!name.endsWith(SUFFIX)) continue;
      try {
        arrays.set(name.slice(0, -SUFFIX.length), await storedArray(archive, entry, path));
      } catch (error) {
        if (!(error instanceof NoNumbersError)) problems.push(errorReason(error));
      }
    }
    if (arrays.size === 0) {
      throw new FormatError(problems[0] ?? `${path} holds no array of numbers.`);
    }
    const close = (): Promise<void> => {
      archive.close();
      return Promise.resolve();
    };
    return new ValuesFile(path, { format: 'npz', arrays, problems, close });
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function entriesOf(archive: ZipFile, path: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) entries.push(entry);
  } catch (error) {
    notSound(path)(error);
  }
  return entries;
}

/**
 * As Python's zipfile reads it. yauzl refuses names that would lead out of a folder (nothing is unpacked here), and makes
 * pictures of control characters.
 */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  if (isAscii(fileNameRaw)) return fileNameRaw.toString('latin1');
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
}

function notSound(path: string): (error: unknown) => never {
  return error => {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new FormatError(`${path} is no sound zip archive: ${errorReason(error)}.`, { cause: error });
  };
}

async function storedArray(archive: ZipFile, entry: Entry, path: string): Promise<StoredArray> {
  const where = `${path}/${nameOf(entry)}`;
  const header = decodeNpyHeader(await readUpTo(NPY_HEAD_BYTES, archive, entry, where), where);
  const { dtype, shape, dataOffset } = header;
  return {
    dtype,
    shape,
    nbytes: byteLengthOf(dtype, shape) ?? 0,
    read: async (): Promise<TensorValue> => {
      checkNpyLength(header, entry.uncompressedSize, where);
      const bytes = await readUpTo(entry.uncompressedSize, archive, entry, where);
      if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32) {
        throw new FormatError(
          `${where} is damaged: its checksum does not match (at offset ${entry.relativeOffsetOfLocalHeader} of the archive).`,
        );
      }
      return decodeNpyElements(header, bytes.slice(dataOffset));
    },
  };
}

/** The first `limit` bytes of an entry, or all of it when it has no more. */
async function readUpTo(limit: number, archive: ZipFile, entry: Entry, where: string): Promise<Uint8Array> {
  if (entry.uncompressedSize > entry.compressedSize * MAX_DEFLATE_RATIO) {
    throw new FormatError(
      `${where} is damaged: ${entry.compressedSize} compressed bytes cannot hold the ${entry.uncompressedSize} that it announces.`,
    );
  }
  try {
    // Opened first: that compares the entry's size with the file's, before memory is taken for it.
    const stream: Readable = await archive.openReadStreamPromise(entry);
    const bytes = new Uint8Array(Math.min(limit, entry.uncompressedSize));
    let length = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const wanted = chunk.subarray(0, bytes.length - length);
      bytes.set(wanted, length);
      length += wanted.length;
      if (length === bytes.length && limit < entry.uncompressedSize) break;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    throw new FormatError(`${where} is damaged: ${errorReason(error)}.`, { cause: error });
  }
}
