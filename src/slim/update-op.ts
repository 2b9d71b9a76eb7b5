/**
 * An op that a train op runs in each step after the weights were updated: a plain function that assigns variables.
 * What it computes with must stay alive until then: tensors of the same pass do.
 */
export type UpdateOp = () => void;
