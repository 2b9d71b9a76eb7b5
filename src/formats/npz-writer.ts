/** Writes NumPy's archives of arrays, as `np.savez` does: a zip file that holds a `.npy` file for each, not compressed. */

import { Zip, ZipPassThrough } from 'fflate';
import { encodeNpy } from './npy-writer.ts';
import { TemporaryFile } from './temporary-file.ts';
import type { TensorValue } from './tensor-value.ts';

/**
 * One array after the other, so that no more than one is in memory. The file takes its name when it is whole.
 *
 * @throws FormatError for an array that NumPy has no type for.
 */
export async function writeNpz(
  path: string,
  arrays: AsyncIterable<readonly [name: string, value: TensorValue]>,
): Promise<void> {
  const file = await TemporaryFile.create(path);
  const pending: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    pending.push(piece);
  });
  const flush = async (): Promise<void> => {
    for (const piece of pending.splice(0)) await file.write(piece);
  };
  try {
    for await (const [name, value] of arrays) {
      const { header, data } = encodeNpy(value);
      const entry = new ZipPassThrough(`${name}.npy`);
      zip.add(entry);
      entry.push(header);
      entry.push(data, true);
      await flush();
    }
    zip.end();
    await flush();
    await file.sync();
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
