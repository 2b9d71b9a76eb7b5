import type * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';

/** A summary of a tensor whose values are read at the end of the pass: one read for a step that runs as a graph. */
export interface SummaryRequest {
  readonly tensor: tf.Tensor;
  readonly make: SummaryMaker;
}

/** Makes summaries of a tensor's values. Of a graph it is the recorded step's, so it holds names and no tensors. The values are its own. */
export type SummaryMaker = (values: Float32Array | Int32Array | Uint8Array) => readonly SummaryValue[];

export function scalarRequest(tag: string, tensor: tf.Tensor): SummaryRequest {
  return { tensor, make: ([simpleValue = NaN]) => [{ tag, simpleValue }] };
}
