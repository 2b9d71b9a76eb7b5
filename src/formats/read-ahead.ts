import type { Checkpoint } from './checkpoint.ts';
import type { TensorValue } from './tensor-value.ts';
import { workAhead } from './work-ahead.ts';

/**
 * Reads a variable for each item, and tells them in the order of `items`: while the caller has one in hand, the next ones
 * are read.
 *
 * @throws as {@link Checkpoint.read}.
 */
export function readAhead<Item>(
  checkpoint: Checkpoint,
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
): AsyncGenerator<readonly [item: Item, value: TensorValue]> {
  return workAhead(
    items,
    item => checkpoint.variables.get(nameOf(item))?.nbytes ?? 0,
    item => checkpoint.read(nameOf(item)),
  );
}
