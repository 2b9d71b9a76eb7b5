/** Opens `.safetensors` files, https://github.com/huggingface/safetensors#format: a JSON header, then the tensors' bytes. */

import { open, type FileHandle } from 'node:fs/promises';
import type { DType } from './dtype.ts';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { readExactly } from './read-exactly.ts';
import { byteLengthOf } from './tensor-value.ts';
import { ValuesFile, type StoredArray } from './values-file.ts';

const DTYPES: Readonly<Record<string, DType>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  F8_E5M2: 'float8_e5m2',
  F8_E4M3: 'float8_e4m3fn',
  I16: 'int16',
  U16: 'uint16',
  F16: 'float16',
  BF16: 'bfloat16',
  I32: 'int32',
  U32: 'uint32',
  F32: 'float32',
  I64: 'int64',
  U64: 'uint64',
  F64: 'float64',
  C64: 'complex64',
};

/** The length of the header, uint64. */
const PREFIX_BYTES = 8;

/** The limit of the format's own library (MAX_HEADER_SIZE). */
const MAX_HEADER_BYTES = 100_000_000;

/** The key of texts about the file. */
const METADATA_KEY = '__metadata__';

/** @throws FormatError naming the file when its header is damaged. The format has no checksums. */
export async function openSafetensors(path: string): Promise<ValuesFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { header, dataOffset } = await readHeader(path, file, size);
    const problems: string[] = [];
    const arrays = Object.entries(header).flatMap(([name, described]): [string, StoredArray][] => {
      if (name === METADATA_KEY) return [];
      try {
        return [[name, storedArray(path, file, size, name, described, dataOffset)]];
      } catch (error) {
        problems.push(errorReason(error));
        return [];
      }
    });
    if (arrays.length === 0 && problems[0] !== undefined) throw new FormatError(`${problems[0]}.`);
    return new ValuesFile(path, { format: 'safetensors', arrays, problems, close: () => file.close() });
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(
  path: string,
  file: FileHandle,
  size: number,
): Promise<{ header: Readonly<Record<string, unknown>>; dataOffset: number }> {
  if (size < PREFIX_BYTES) {
    throw new FormatError(`${path} is no safetensors file: it has ${size} bytes.`);
  }
  const prefix = await readExactly(file, 0, PREFIX_BYTES, path);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > Math.min(size - PREFIX_BYTES, MAX_HEADER_BYTES)) {
    throw new FormatError(
      `${path} is no safetensors file, or is cut off: it announces a header of ${length} bytes and has ${size} in all.`,
    );
  }
  const text = Buffer.from(await readExactly(file, PREFIX_BYTES, length, path)).toString();
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path} has a header (from offset 8 on) that is no JSON: ${errorReason(error)}.`, {
      cause: error,
    });
  }
  if (!isRecord(header))
    throw new FormatError(`${path} has a header (from offset 8 on) that is no JSON object.`);
  return { header, dataOffset: PREFIX_BYTES + length };
}

function storedArray(
  path: string,
  file: FileHandle,
  size: number,
  name: string,
  described: unknown,
  dataOffset: number,
): StoredArray {
  if (!isRecord(described)) throw new FormatError(`${path} has no description of ${name}.`);
  const { dtype: code, shape, data_offsets: offsets } = described;
  const dtype = typeof code === 'string' && Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (dtype === undefined)
    throw new FormatError(`${path}: ${name} has the dtype ${String(code)}, which is not known.`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(`${path}: ${name} has no shape, or no data_offsets.`);
  }
  const [begin = 0, end = 0] = offsets;
  const nbytes = byteLengthOf(dtype, shape) ?? 0;
  if (end - begin !== nbytes) {
    throw new FormatError(
      `${path}: ${name} has ${end - begin} bytes where ${dtype} [${shape.join(', ')}] takes ${nbytes}.`,
    );
  }
  const read = async () => {
    if (dataOffset + end > size) {
      throw new FormatError(
        `${path} is cut off: ${name} ends at offset ${dataOffset + end}, the file at ${size}.`,
      );
    }
    return { dtype, shape, bytes: await readExactly(file, dataOffset + begin, nbytes, path) };
  };
  return { dtype, shape, nbytes, read };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(size => Number.isSafeInteger(size) && Number(size) >= 0);
}
