/** NumPy's archives of arrays (`np.savez`, `np.savez_compressed`): a zip file with a `.npy` file for each. */

import { unzipSync } from 'fflate';
import { FormatError } from './format-error.ts';
import { decodeNpy } from './npy.ts';
import type { TensorValue } from './tensor-value.ts';

/**
 * The arrays of a `.npz` file by name.
 *
 * @param path names the file in errors.
 * @throws FormatError when the archive or an array in it is damaged, or no array of numbers.
 */
export function decodeNpz(bytes: Uint8Array, path: string): Map<string, TensorValue> {
  const arrays = Object.entries(unzip(bytes, path)).filter(([name]) => name.endsWith('.npy'));
  if (arrays.length === 0) throw new FormatError(`${path} holds no array.`);
  return new Map(
    arrays.map(([name, file]) => [name.slice(0, -'.npy'.length), decodeNpy(file, `${path}/${name}`)]),
  );
}

function unzip(bytes: Uint8Array, path: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(`${path} is no sound zip archive: ${reason}.`, { cause: error });
  }
}
