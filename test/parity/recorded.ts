/** What recorded/record.py wrote down of TF-Slim. Not among the fixtures: another set of those need not hold it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

export interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The cases of one of the files, by name. */
export function readRecorded(name: string): unknown {
  const text = readFileSync(join(import.meta.dirname, 'recorded', `${name}.json`), 'utf8');
  return (JSON.parse(text) as { readonly cases: unknown }).cases;
}

export function tensorOf({ shape, data }: Recorded, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
  return tf.tensor([...data], [...shape], dtype);
}
