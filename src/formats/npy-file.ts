import { open, type FileHandle } from 'node:fs/promises';
import { checkNpyLength, decodeNpyElements, decodeNpyHeader } from './npy.ts';
import { readExactly } from './read-exactly.ts';
import { byteLengthOf } from './tensor-value.ts';
import { arrayNameOf, ValuesFile } from './values-file.ts';

/** Enough for the header of every plain array: NumPy itself reads none longer than 10,000 bytes (max_header_size). */
export const NPY_HEAD_BYTES = 16_384;

/**
 * Opens a `.npy` file: one array, called as the file is.
 *
 * @throws FormatError naming the file when its header is damaged or is that of something else than numbers.
 */
export async function openNpy(path: string): Promise<ValuesFile> {
  const file = await open(path);
  try {
    return await readHead(path, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHead(path: string, file: FileHandle): Promise<ValuesFile> {
  const { size } = await file.stat();
  const header = decodeNpyHeader(await readExactly(file, 0, Math.min(size, NPY_HEAD_BYTES), path), path);
  const { dtype, shape, dataOffset } = header;
  const nbytes = byteLengthOf(dtype, shape) ?? 0;
  const read = async () => {
    checkNpyLength(header, size, path);
    return decodeNpyElements(header, await readExactly(file, dataOffset, nbytes, path));
  };
  return new ValuesFile(path, {
    format: 'npy',
    arrays: [[arrayNameOf(path), { dtype, shape, nbytes, read }]],
    close: () => file.close(),
  });
}
