import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PhiloxStream } from '../../../src/slim/random/philox.ts';
import { VALUES_FILE, WORKLOAD_FILE, sizeOf, type TensorEntry, type WorkloadFile } from './workload-file.ts';
import { SIZES, type Workload } from './workloads.ts';

const BATCHES = 16;

/** Draws a workload's examples and initial values, the same each time, into files of `folder`. */
export function writeWorkload(folder: string, workload: Workload): void {
  const random = new PhiloxStream([2026, 7]);
  const { batch, variables } = workload;
  const x = { name: 'x', shape: [BATCHES * batch, ...workload.x] };
  const y = { name: 'y', shape: [BATCHES * batch, ...workload.y] };
  const parts = [
    uniform(x, random),
    workload.isClassification ? oneHot(y, random) : uniform(y, random),
    ...variables.map(variable => normal(variable.shape, variable.deviation, random)),
  ];
  const tensors = [x, y, ...variables.map(({ name, shape }) => ({ name, shape }))];
  const file: WorkloadFile = { ...workload, batches: BATCHES, sizes: SIZES, tensors };
  writeFileSync(join(folder, WORKLOAD_FILE), JSON.stringify(file));
  writeFileSync(
    join(folder, VALUES_FILE),
    Buffer.concat(
      parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
    ),
  );
}

function uniform({ shape }: TensorEntry, random: PhiloxStream): Float32Array {
  return new Float32Array(sizeOf(shape)).map(() => random.nextUniform());
}

function oneHot({ shape: [rows = 0, classes = 0] }: TensorEntry, random: PhiloxStream): Float32Array {
  const values = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) values[row * classes + Math.floor(random.nextUniform() * classes)] = 1;
  return values;
}

/** Box and Muller. */
function normal(shape: readonly number[], deviation: number, random: PhiloxStream): Float32Array {
  return new Float32Array(sizeOf(shape)).map(
    () =>
      deviation *
      Math.sqrt(-2 * Math.log(1 - random.nextUniform())) *
      Math.cos(2 * Math.PI * random.nextUniform()),
  );
}
