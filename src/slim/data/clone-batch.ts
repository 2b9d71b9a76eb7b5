import type * as tf from '@tensorflow/tfjs';
import { isTensor } from '../scope/tensor-kind.ts';

/** A batch that can be disposed of without the one that it was made of. */
export function cloneBatch<B extends tf.TensorContainer>(batch: B): B {
  return cloneOf(batch) as B;
}

function cloneOf(part: unknown): unknown {
  if (isTensor(part)) return part.clone();
  if (Array.isArray(part)) return part.map(cloneOf);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, cloneOf(each)]));
}
