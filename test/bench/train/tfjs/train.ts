/** The side of bare TensorFlow.js: `optimizer.minimize` on batches that are tensors already. */

import * as tf from '@tensorflow/tfjs';
import { Turns } from '../turns.ts';
import { readWorkload, type LoadedWorkload } from '../workload-file.ts';
import { startBackend } from './backend.ts';
import { makeStep } from './models.ts';

const workload = readWorkload(process.env['BENCH_WORKLOAD'] ?? '');
await startBackend(process.env['BENCH_BACKEND'] === 'embedded' ? 'embedded' : 'native');
const step = makeStep(workload);
const xs = batchesOf(workload, 'x');
const ys = batchesOf(workload, 'y');
const turns = new Turns();
await turns.begin();
for (let at = 0; ; at = (at + 1) % xs.length) {
  const [x, y] = [xs[at], ys[at]];
  if (x === undefined || y === undefined) throw new Error('The workload has no batches.');
  const loss = tf.tidy(() => step(x, y).dataSync()[0] ?? Number.NaN);
  await turns.afterStep(loss);
}

function batchesOf({ values, batches, batch, ...shapes }: LoadedWorkload, name: 'x' | 'y'): tf.Tensor[] {
  return tf.split(tf.tensor(values[name] ?? [], [batches * batch, ...shapes[name]]), batches);
}
