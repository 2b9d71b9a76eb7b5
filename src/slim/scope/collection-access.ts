import type * as tf from '@tensorflow/tfjs';
import { currentContext } from './graph.ts';
import { GraphKeys } from './graph-keys.ts';
import type { ItemOf } from './graph-keys.ts';
import { compilePythonRegex } from '../../restore/python-regex.ts';
import { SlimVariable } from './slim-variable.ts';
import { addUpdateOp } from './update-ops.ts';
import { isTensor } from './tensor-kind.ts';

/**
 * Adds to a collection: of the running pass when called inside one (it ends with the pass), otherwise of the graph.
 * Variables always belong to the graph. An update op added inside a pass keeps its place over all passes.
 */
export function addToCollection<K extends string>(name: K, item: ItemOf<K>): void {
  const { graph, pass } = currentContext();
  if (item instanceof SlimVariable) {
    if (!graph.collections.has(name, item)) graph.collections.add(name, item);
  } else if (pass !== null && name === GraphKeys.UPDATE_OPS) {
    addUpdateOp('user', item as () => void);
  } else if (pass !== null) {
    pass.collections.add(name, item);
  } else {
    graph.collections.add(name, item);
  }
}

/**
 * What is in a collection, in the order of adding: the graph's, then the running pass's. `scope`, a regular expression,
 * is matched from the start of each item's name; items without a name are left out then.
 */
export function getCollection<K extends string>(name: K, scope?: string): ItemOf<K>[] {
  const { graph, pass } = currentContext();
  const items = [...graph.collections.get(name), ...(pass?.collections.get(name) ?? [])];
  if (scope === undefined) return items;
  const pattern = compilePythonRegex(scope);
  return items.filter(item => {
    const itemName =
      item instanceof SlimVariable ? `${item.name}:0` : isTensor(item) ? tensorName(item) : undefined;
    return itemName !== undefined && pattern.match(itemName);
  });
}

/** Remembers a tensor's name for the time of the pass. */
export function nameTensor<T extends tf.Tensor>(tensor: T, name: string): T {
  currentContext().pass?.tensorNames.set(tensor, name);
  return tensor;
}

export function tensorName(tensor: tf.Tensor): string | undefined {
  return currentContext().pass?.tensorNames.get(tensor);
}
