/** A workload as all sides read it: `workload.json`, and `values.f32` with the numbers of its tensors in their order. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload, WorkloadSizes } from './workloads.ts';

export const WORKLOAD_FILE = 'workload.json';
export const VALUES_FILE = 'values.f32';

export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface WorkloadFile extends Workload {
  /** How many batches x and y hold, one after the other; then they begin again. */
  readonly batches: number;
  readonly sizes: WorkloadSizes;
  /** x, y, and initial values of variables. */
  readonly tensors: readonly TensorEntry[];
}

export interface LoadedWorkload extends WorkloadFile {
  readonly values: Readonly<Record<string, Float32Array>>;
}

export function readWorkload(folder: string): LoadedWorkload {
  const file = JSON.parse(readFileSync(join(folder, WORKLOAD_FILE), 'utf8')) as WorkloadFile;
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, VALUES_FILE));
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  let at = 0;
  const values = file.tensors.map(({ name, shape }) => {
    const from = at;
    at += sizeOf(shape);
    return [name, numbers.slice(from, at)] as const;
  });
  return { ...file, values: Object.fromEntries(values) };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
