/**
 * Opens MATLAB's .mat files of version 5 to 7, "MAT-File Format" by The MathWorks,
 * https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf: a header of 128 bytes, then elements of a tag (type,
 * length) and data, each an array or a compressed array.
 */

import { constants as bufferLimits } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { MatElementReader, MatType } from './mat-element.ts';
import { decodeMatArray, decodeMatHeader, type MatArrayHeader } from './mat-array.ts';
import { readExactly } from './read-exactly.ts';
import { byteLengthOf, elementCount, type TensorValue } from './tensor-value.ts';
import { ValuesFile, type StoredArray } from './values-file.ts';

const HEADER_BYTES = 128;
const TAG_BYTES = 8;
/** In these many bytes, compressed or not, are an array's flags, dimensions and name. */
const HEAD_BYTES = 2048;
/** What deflate makes of one byte at most: see https://www.zlib.net/zlib_tech.html. */
const MAX_DEFLATE_RATIO = 1032;

const VERSION_5 = 0x0100;
const VERSION_7_3 = 0x0200;

interface MatFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  readonly isLittleEndian: boolean;
}

/** One element of the file; `offset` and `length` are those of its data, after the tag. */
interface TopElement {
  readonly type: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the beginning of each array. Numeric and logical arrays are listed, with the two dimensions that MATLAB gives even
 * to vectors; cells, structures, texts and sparse matrices are left out.
 *
 * @throws FormatError naming the file when it is no such file, or holds no numeric array.
 */
export async function openMat(path: string): Promise<ValuesFile> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file: MatFile = { path, handle, size, isLittleEndian: await readByteOrder(path, handle, size) };
    const arrays = new Map<string, StoredArray>();
    const problems: string[] = [];
    for await (const element of elementsOf(file)) {
      try {
        const header = decodeMatHeader(await readHead(file, element));
        // Without a name: what MATLAB itself keeps there.
        if (header !== undefined && header.name !== '')
          arrays.set(header.name, storedArray(file, element, header));
      } catch (error) {
        problems.push(damaged(file, element, error).message.replace(/\.$/, ''));
      }
    }
    if (arrays.size === 0) {
      throw new FormatError(
        problems[0] === undefined ? `${path} holds no numeric array.` : `${problems[0]}.`,
      );
    }
    return new ValuesFile(path, { format: 'mat', arrays, problems, close: () => handle.close() });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readByteOrder(path: string, handle: FileHandle, size: number): Promise<boolean> {
  if (size < HEADER_BYTES) throw new FormatError(`${path} is no .mat file: it has ${size} bytes.`);
  const header = await readExactly(handle, 0, HEADER_BYTES, path);
  const view = new DataView(header.buffer);
  const order = Buffer.from(header.subarray(126)).toString('latin1');
  if (order !== 'IM' && order !== 'MI') {
    throw new FormatError(`${path} is no .mat file of version 5: bytes 126 and 127 are not MI or IM.`);
  }
  const isLittleEndian = order === 'IM';
  const version = view.getUint16(124, isLittleEndian);
  if (version === VERSION_7_3) {
    throw new FormatError(`${path} is a .mat file of version 7.3 (HDF5): save it with MATLAB's option -v7.`);
  }
  if (version !== VERSION_5)
    throw new FormatError(`${path} is a .mat file of the unknown version ${version}.`);
  return isLittleEndian;
}

/** An element that is cut off is the last one. */
async function* elementsOf({ path, handle, size, isLittleEndian }: MatFile): AsyncGenerator<TopElement> {
  for (let at = HEADER_BYTES; at + TAG_BYTES <= size;) {
    const tag = new DataView((await readExactly(handle, at, TAG_BYTES, path)).buffer);
    const type = tag.getUint32(0, isLittleEndian);
    const length = tag.getUint32(4, isLittleEndian);
    yield { type, offset: at + TAG_BYTES, length };
    // Compressed elements are the only ones without padding.
    at += TAG_BYTES + (type === MatType.compressed ? length : Math.ceil(length / 8) * 8);
  }
}

/** The beginning of the array in an element, uncompressed; of what is no array, nothing. */
async function readHead(file: MatFile, element: TopElement): Promise<MatElementReader> {
  const { path, handle, size, isLittleEndian } = file;
  const length = Math.min(HEAD_BYTES, element.length, size - element.offset);
  const stored = await readExactly(handle, element.offset, length, path);
  if (element.type === MatType.matrix) return new MatElementReader(stored, isLittleEndian);
  if (element.type !== MatType.compressed) throw new FormatError(`type ${element.type} is no array`);
  const head = inflateSync(stored, {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: HEAD_BYTES * MAX_DEFLATE_RATIO,
  });
  return new MatElementReader(head, isLittleEndian).enterMatrix();
}

function storedArray(file: MatFile, element: TopElement, header: MatArrayHeader): StoredArray {
  const { dtype, shape } = header;
  return {
    dtype,
    shape,
    nbytes: byteLengthOf(dtype, shape) ?? 0,
    read: async (): Promise<TensorValue> => {
      try {
        return decodeMatArray(await readWhole(file, element, header));
      } catch (error) {
        throw damaged(file, element, error, header.name);
      }
    },
  };
}

async function readWhole(
  file: MatFile,
  element: TopElement,
  { shape }: MatArrayHeader,
): Promise<MatElementReader> {
  const { path, handle, size, isLittleEndian } = file;
  const { offset, length } = element;
  if (offset + length > size) {
    throw new FormatError(`it ends at offset ${offset + length}, the file at ${size}`);
  }
  const stored = await readExactly(handle, offset, length, path);
  if (element.type === MatType.matrix) return new MatElementReader(stored, isLittleEndian);
  // Checks deflate's own checksum, too. No element takes more than 16 bytes.
  const maxOutputLength = Math.min(HEAD_BYTES + elementCount(shape) * 16, bufferLimits.MAX_LENGTH);
  const inflated = await promisify(inflate)(stored, { maxOutputLength });
  return new MatElementReader(inflated, isLittleEndian).enterMatrix();
}

function damaged({ path }: MatFile, { offset }: TopElement, error: unknown, name = 'an array'): FormatError {
  return new FormatError(
    `${path} is damaged, ${name} at offset ${offset - TAG_BYTES}: ${errorReason(error)}.`,
    { cause: error },
  );
}
