/**
 * An op that a train op runs in each step after the weights were updated: a plain function that assigns variables.
 * What it computes with must stay alive until then: tensors of the same pass do.
 */
export type UpdateOp = () => void;

const pure = new WeakSet<UpdateOp>();

/** Says of an op that all it does is TF.js operations and assignments, so that a step with it can be recorded. */
export function markPure(op: UpdateOp): UpdateOp {
  pure.add(op);
  return op;
}

export function isPure(op: UpdateOp): boolean {
  return pure.has(op);
}
