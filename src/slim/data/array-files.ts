import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { DType } from '../../formats/dtype.ts';
import { FormatError } from '../../formats/format-error.ts';
import { decodeIdx } from '../../formats/idx.ts';
import { openNpy } from '../../formats/npy-file.ts';
import { openNpz } from '../../formats/npz-file.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';
import { numbersOf } from '../../formats/tensor-numbers.ts';
import { messageOf } from '../../protocol/error-message.ts';
import type { ArrayValues } from './columns.ts';
import { filePath, type FileName } from './file-path.ts';
import { readBytes } from './read-bytes.ts';

/**
 * The array of a NumPy file (`np.save`), for {@link arrays}. float64 and float16 become float32; integers become int32, but
 * for uint8 and booleans, which stay as they are until a batch of them is float32.
 *
 * @throws FormatError when the file is damaged or holds no numbers; RangeError when an integer takes more than 32 bits.
 */
export async function readNpy(file: FileName): Promise<ArrayValues> {
  const path = filePath(file);
  const [array] = Object.values(await arraysOf(await openNpy(path), () => path));
  if (array === undefined) throw new FormatError(`${path} holds no array.`);
  return array;
}

/** The arrays of a NumPy archive (`np.savez`, `np.savez_compressed`) by name; each as {@link readNpy} gives it. */
export async function readNpz(file: FileName): Promise<Record<string, ArrayValues>> {
  const path = filePath(file);
  return arraysOf(await openNpz(path), name => `${path}/${name}`);
}

/**
 * The arrays of a file by name, each as {@link readNpy} gives it: of `.npz`, `.npy`, `.safetensors`, MATLAB's `.mat`
 * (version 5), of numbers as `.json`, `.csv`, `.tsv` or `.txt`, or a checkpoint's variables. With `assignFromValues` they
 * become values of a model; `assignFromCheckpoint` does both at once, and reads only what is asked for.
 *
 * @throws FormatError when the file is none of these, or damaged; RangeError when an integer takes more than 32 bits.
 */
export async function readArrays(file: FileName): Promise<Record<string, ArrayValues>> {
  const path = filePath(file);
  return arraysOf(await openCheckpoint(path), name => `${path}/${name}`);
}

/**
 * Closes the file. What holds no numbers is left out.
 *
 * @param placeOf what an array of that name is called in errors
 */
async function arraysOf(
  file: Checkpoint,
  placeOf: (name: string) => string,
): Promise<Record<string, ArrayValues>> {
  try {
    const [problem] = file.problems;
    if (problem !== undefined) throw new FormatError(problem);
    const arrays: Record<string, ArrayValues> = {};
    for (const [name, { dtype }] of file.variables) {
      if (WITHOUT_NUMBERS.has(dtype)) continue;
      arrays[name] = arrayValues(await file.read(name), placeOf(name));
    }
    return arrays;
  } finally {
    await file.close();
  }
}

const WITHOUT_NUMBERS: ReadonlySet<DType> = new Set(['string', 'resource', 'variant']);

/**
 * The array of an idx file, MNIST's format: of `train-images-idx3-ubyte` [60000, 28, 28], of `train-labels-idx1-ubyte`
 * [60000]. Types become those that {@link readNpy} gives. A file compressed by gzip is unpacked.
 *
 * @throws FormatError when it is no idx file, or not whole.
 */
export async function readIdx(file: FileName): Promise<ArrayValues> {
  const path = filePath(file);
  return arrayValues(decodeIdx(await unpacked(await readBytes(path), path), path), path);
}

async function unpacked(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (error) {
    const reason = messageOf(error);
    throw new FormatError(`${path} cannot be unpacked: ${reason}.`, { cause: error });
  }
}

function arrayValues(value: TensorValue, name: string): ArrayValues {
  const { dtype, shape, bytes } = value;
  switch (dtype) {
    case 'uint8':
    case 'bool':
      return { values: bytes, shape };
    case 'float32':
      return { values: new Float32Array(bytes.slice().buffer), shape };
    case 'float16':
    case 'bfloat16':
    case 'float64':
      return { values: Float32Array.from(numbersOf(value)), shape };
    case 'complex64':
    case 'complex128':
      throw new TypeError(`${name} is ${dtype}: TensorFlow.js trains on real numbers.`);
    default:
      return {
        values: Int32Array.from(numbersOf(value), (number, at) => int32(number, at, name, dtype)),
        shape,
      };
  }
}

function int32(number: number, at: number, name: string, dtype: string): number {
  if (number === (number | 0)) return number;
  throw new RangeError(
    `${name} has the ${dtype} ${number} at element ${at}: TensorFlow.js computes with integers of 32 bits.`,
  );
}
