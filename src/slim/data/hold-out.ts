import * as tf from '@tensorflow/tfjs';

/**
 * Splits examples into those to train on and those held out, every `every`-th one, to measure by.
 *
 * @param data tensors whose first axis counts examples. They stay the caller's.
 * @returns New tensors, of the same types.
 */
export function holdOut<D extends Readonly<Record<string, tf.Tensor>>>(
  data: D,
  every: number,
): { train: D; heldOut: D } {
  if (!(Number.isInteger(every) && every > 1)) {
    throw new RangeError(`holdOut takes every n-th example, n an integer above 1: ${every}.`);
  }
  const rowsOf = (isWanted: (row: number) => boolean): D => {
    const picked = Object.entries(data).map(([name, tensor]) => {
      const rows = Int32Array.from([...Array(tensor.shape[0]).keys()].filter(isWanted));
      return [name, tf.tidy(() => tf.gather(tensor, tf.tensor1d(rows, 'int32')))] as const;
    });
    return Object.fromEntries(picked) as D;
  };
  const isHeldOut = (row: number): boolean => row % every === every - 1;
  return { train: rowsOf(row => !isHeldOut(row)), heldOut: rowsOf(isHeldOut) };
}
