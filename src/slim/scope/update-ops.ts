import { currentContext } from './graph.ts';
import { GraphKeys } from './graph-keys.ts';
import { markPure } from './update-op.ts';
import type { UpdateOp } from './update-op.ts';

/**
 * Adds an update op from inside a model. Its identity lasts: it is told by `key` (a layer's: its scope) and by how often
 * the key came before in the pass, so each pass binds the op that the build made to its own tensors. It runs after the
 * weights were updated, and only if they were; not at all in a build or evaluation pass.
 * `collection` null: it runs in every step, whatever `updateOps` says (TF-Slim's `updates_collections=None`).
 */
export function addUpdateOp(
  key: string,
  update: () => void,
  collection: string | null = GraphKeys.UPDATE_OPS,
): UpdateOp {
  const { graph, pass } = currentContext();
  if (pass === null) {
    graph.collections.add(collection ?? GraphKeys.UPDATE_OPS, update);
    return update;
  }
  const identity = `${key}#${pass.nextUse(key)}`;
  const op = graph.updateOps.get(identity) ?? makeUpdateOp(identity, collection);
  pass.bind(op, update);
  return op;
}

function makeUpdateOp(identity: string, collection: string | null): UpdateOp {
  const { graph } = currentContext();
  const op: UpdateOp = markPure(() => currentContext().pass?.boundTo(op)?.());
  graph.updateOps.set(identity, op);
  graph.collections.add(collection ?? IN_PLACE_UPDATE_OPS, op);
  return op;
}

/** Collection of the update ops that run in every step. */
export const IN_PLACE_UPDATE_OPS = 'slim/in_place_update_ops';
