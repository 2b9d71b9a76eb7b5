/**
 * How long it takes to list a checkpoint of 5,000 variables, and to have read all of one of 1 GB, every checksum checked: ours
 * against TensorFlow's tf.train.list_variables and load_checkpoint + get_tensor, each in a warm process, in turns. The
 * files are in the page cache. Prints a line of JSON for each; a ratio above 1 means that we are faster.
 *
 * npm run bench:checkpoint
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { writeCheckpoint } from '../../src/formats/checkpoint-writer.ts';
import { readAhead } from '../../src/formats/read-ahead.ts';
import { float32Tensor, type TensorValue } from '../../src/formats/tensor-value.ts';
import { fixturePath } from '../fixture-files.ts';
import { pythonEnvironment } from '../interop/python-environment.ts';
import { comparison } from './statistics.ts';

const ROUNDS = 15;
const TENSORS = 256;
const FLOATS_A_TENSOR = 2 ** 20;

const SERVER = `
import sys, time
import tensorflow as tf
def read(prefix):
    reader = tf.train.load_checkpoint(prefix)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
def keep(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return [reader.get_tensor(name) for name in reader.get_variable_to_shape_map()]
actions = {'list': tf.train.list_variables, 'read': read, 'keep': keep}
for line in sys.stdin:
    action, prefix = line.rstrip('\\n').split(' ', 1)
    start = time.perf_counter()
    kept = actions[action](prefix)
    print((time.perf_counter() - start) * 1000, flush=True)
    del kept
`;

type Action = 'list' | 'read' | 'keep';

const ours: Readonly<Record<Action, (prefix: string) => Promise<void>>> = {
  list: async prefix => {
    const checkpoint = await openCheckpoint(prefix);
    await checkpoint.close();
  },
  read: async prefix => {
    const checkpoint = await openCheckpoint(prefix);
    const values = readAhead(checkpoint, checkpoint.variables.keys(), name => name);
    while ((await values.next()).done !== true);
    await checkpoint.close();
  },
  keep: async prefix => {
    const checkpoint = await openCheckpoint(prefix);
    const kept = new Map<string, TensorValue>();
    for await (const [name, value] of readAhead(checkpoint, checkpoint.variables.keys(), name => name)) {
      kept.set(name, value);
    }
    await checkpoint.close();
  },
};

async function timeOurs(action: Action, prefix: string): Promise<number> {
  const start = performance.now();
  await ours[action](prefix);
  return performance.now() - start;
}

async function measure(
  what: string,
  action: Action,
  prefix: string,
  timeTheirs: (action: Action, prefix: string) => Promise<number>,
): Promise<void> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  // The first turns warm both processes up.
  for (let round = -3; round < ROUNDS; round++) {
    const theirs = await timeTheirs(action, prefix);
    const mine = await timeOurs(action, prefix);
    if (round < 0) continue;
    times.ours.push(mine);
    times.theirs.push(theirs);
  }
  console.log(comparison(`${what}, against TensorFlow`, 'ms', times.ours, times.theirs));
}

function* gigabyte(): Generator<[string, TensorValue]> {
  const values = new Float32Array(FLOATS_A_TENSOR);
  for (let index = 0; index < TENSORS; index++) {
    for (let at = 0; at < values.length; at++) values[at] = Math.sin(at + index);
    yield [`layer_${index}/weights`, float32Tensor([1024, FLOATS_A_TENSOR / 1024], values)];
  }
}

const { python } = await pythonEnvironment();
const folder = mkdtempSync(join(tmpdir(), 'bench-checkpoint-'));
const server = spawn(python, ['-c', SERVER], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
});
try {
  const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const timeTheirs = async (action: Action, prefix: string): Promise<number> => {
    server.stdin.write(`${action} ${prefix}\n`);
    const answer = await answers.next();
    return Number(answer.value);
  };
  await measure('list 5,000 variables', 'list', fixturePath('checkpoints', 'big_index'), timeTheirs);
  const prefix = join(folder, 'model.ckpt-1');
  await writeCheckpoint(prefix, gigabyte());
  await measure('read 1 GB, each tensor let go', 'read', prefix, timeTheirs);
  await measure('read 1 GB and keep it', 'keep', prefix, timeTheirs);
} finally {
  server.stdin.end();
  await once(server, 'exit');
  rmSync(folder, { recursive: true });
}
