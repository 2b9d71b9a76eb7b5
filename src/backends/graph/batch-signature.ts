import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';

/** The tensors of a batch in a fixed order, and what else of it decides about a step's graph. */
export interface BatchSignature {
  readonly tensors: readonly Tensor[];
  /** Equal for batches of the same structure, shapes, types and values that are no tensors. */
  readonly key: string;
}

export function signatureOf(tf: TensorFlow, batch: TensorContainer, variant: string): BatchSignature {
  const tensors: Tensor[] = [];
  const key = `${variant}|${describe(tf, batch, tensors)}`;
  return { tensors, key };
}

function describe(tf: TensorFlow, part: unknown, tensors: Tensor[]): string {
  if (part instanceof tf.Tensor) return describeTensor(part as Tensor, tensors);
  if (typeof part !== 'object' || part === null) return `${typeof part} ${String(part)}`;
  let text = Array.isArray(part) ? '[' : '{';
  for (const [name, each] of Object.entries(part)) text += `${name}:${describe(tf, each, tensors)},`;
  return text;
}

/** A tensor that came before is another graph: both of its places are fed with the same. */
function describeTensor(tensor: Tensor, tensors: Tensor[]): string {
  const same = tensors.findIndex(({ dataId }) => dataId === tensor.dataId);
  tensors.push(tensor);
  return same === -1 ? `${tensor.dtype} ${tensor.shape.join()}` : `same as ${same} ${tensor.shape.join()}`;
}
