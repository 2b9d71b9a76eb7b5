import { Columns, type ArrayData, type BatchOf } from './columns.ts';
import { IndexedSource, type BatchOptions } from './indexed-source.ts';

/**
 * Batches of examples that are in memory, as a source with seeded shuffling. The tensors of `data` are read at once and may
 * be disposed of.
 *
 * @throws RangeError when the arrays differ in their number of examples, or hold none.
 */
export function arrays<D extends Readonly<Record<string, ArrayData>>>(
  data: D,
  options: BatchOptions = {},
): IndexedSource<BatchOf<D>> {
  return new IndexedSource(new Columns(data), options);
}
