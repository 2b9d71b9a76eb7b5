/** Our side: `slim.learning.train`, started by `slim-train run`. The workload's folder is in BENCH_WORKLOAD. */

import * as slim from 'slim-training';
import { Turns } from '../turns.ts';
import { readWorkload } from '../workload-file.ts';
import { makeTrainOp } from './models.ts';

const workload = readWorkload(process.env['BENCH_WORKLOAD'] ?? '');
const { values, batch } = workload;
const inputs = (name: 'x' | 'y') => ({
  values: values[name] ?? new Float32Array(0),
  shape: workload.tensors.find(tensor => tensor.name === name)?.shape ?? [],
});
const data = slim.data.arrays({ x: inputs('x'), y: inputs('y') }, { batchSize: batch, shuffle: false });
const trainOp = await makeTrainOp(workload, data);
const initial = Object.fromEntries(workload.variables.map(({ name }) => [name, values[name] ?? []]));
const turns = new Turns();
await turns.begin();
await slim.learning.train(trainOp, null, {
  initFn: slim.assignFromValues(initial),
  logEveryNSteps: 100,
  hooks: { onStep: ({ loss }) => turns.afterStep(loss) },
});
