/** Checkpoints that we wrote, read by TensorFlow; and its own writer's file beside ours. */

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCheckpointState, writeCheckpointState } from '../../src/formats/checkpoint-state.ts';
import { writeCheckpoint } from '../../src/formats/checkpoint-writer.ts';
import { dtypeSize, type DType } from '../../src/formats/dtype.ts';
import {
  elementCount,
  float32Tensor,
  stringTensor,
  type TensorValue,
} from '../../src/formats/tensor-value.ts';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { pythonEnvironment, runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;
const TENSORFLOW_MS = 120_000;

const DTYPES: readonly DType[] = [
  'float32',
  'float64',
  'int32',
  'uint8',
  'int16',
  'int8',
  'complex64',
  'int64',
  'bool',
  'bfloat16',
  'uint16',
  'complex128',
  'float16',
  'uint32',
  'uint64',
];

const SHAPES: readonly (readonly number[])[] = [[], [7], [0, 3], [2, 3, 4], [1, 1, 1, 1, 5]];

/** Bytes that look random, and are the same in each run. */
function bytesFor(name: string, dtype: DType, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array((dtypeSize(dtype) ?? 0) * elementCount(shape));
  for (let at = 0; at < bytes.length; at += 32) {
    bytes.set(
      createHash('sha256')
        .update(`${name} ${at}`)
        .digest()
        .subarray(0, bytes.length - at),
      at,
    );
  }
  return dtype === 'bool' ? bytes.map(byte => byte & 1) : bytes;
}

function* tensors(): Generator<[string, TensorValue]> {
  for (const dtype of DTYPES) {
    for (const shape of SHAPES) {
      const name = `${dtype}/of shape/${shape.join('x')}`;
      yield [name, { dtype, shape, bytes: bytesFor(name, dtype, shape) }];
    }
  }
  // More than one block of index.
  for (let index = 0; index < 3000; index++) {
    const name = `block_${index % 7}/layer_${index}/unit/a_long_name_for_a_variable_with_weights/Momentum`;
    yield [name, { dtype: 'float32', shape: [index % 3], bytes: bytesFor(name, 'float32', [index % 3]) }];
  }
  // A name so long that TensorFlow gives its index entry a block of its own.
  yield ['n'.repeat(600_000), { dtype: 'float32', shape: [], bytes: bytesFor('n', 'float32', []) }];
  yield ['größe/ü', stringTensor([2, 2], ['', 'a', 'żółć', '\0'.repeat(300)])];
  yield [
    'large',
    { dtype: 'float32', shape: [1024, 1024], bytes: bytesFor('large', 'float32', [1024, 1024]) },
  ];
}

let folder: string;
let prefix: string;

beforeAll(async () => {
  await pythonEnvironment();
  folder = mkdtempSync(join(tmpdir(), 'interop-checkpoints-'));
  prefix = join(folder, 'model.ckpt-12');
  await writeCheckpoint(prefix, tensors());
  await writeCheckpointState(folder, {
    model: prefix,
    all: [prefix],
    timestamps: [1_600_000_000.25],
    lastPreserved: 1,
  });
}, INSTALLING_MS);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const READ_ALL = `
import tensorflow as tf, hashlib, numpy as np
reader = tf.train.load_checkpoint(input)
dtypes = reader.get_variable_to_dtype_map()
def digest(a):
    if a.dtype == object:
        return hashlib.sha256(b''.join(len(e).to_bytes(8, 'little') + e for e in a.ravel())).hexdigest()
    return hashlib.sha256(a.tobytes()).hexdigest()
def of(name):
    a = np.asarray(reader.get_tensor(name), dtype=object if dtypes[name] == tf.string else None)
    return [dtypes[name].name, list(a.shape), digest(a)]
result = {name: of(name) for name in reader.get_variable_to_shape_map()}
`;

it(
  'TensorFlow reads every variable as it was written, to the last bit',
  { timeout: TENSORFLOW_MS },
  async () => {
    const theirs = await runPython(READ_ALL, folder);
    const ours = Object.fromEntries(
      [...tensors()].map(([name, { dtype, shape, bytes }]) => [
        name,
        [dtype, shape, createHash('sha256').update(bytes).digest('hex')],
      ]),
    );
    expect(theirs).toEqual(ours);
  },
);

it('TensorFlow finds the newest checkpoint by our state file', { timeout: TENSORFLOW_MS }, async () => {
  const theirs = await runPython(
    `
import tensorflow as tf
state = tf.train.get_checkpoint_state(input)
result = [tf.train.latest_checkpoint(input), list(state.all_model_checkpoint_paths),
          list(state.all_model_checkpoint_timestamps), state.last_preserved_timestamp]
`,
    folder,
  );
  expect(theirs).toEqual([prefix, [prefix], [1_600_000_000.25], 1]);
});

it('TensorFlow, given the same tensors, writes the same bytes', { timeout: TENSORFLOW_MS }, async () => {
  await runPython(
    `
import tensorflow as tf
reader = tf.train.load_checkpoint(input['ours'])
dtypes = reader.get_variable_to_dtype_map()
names = input['names']
tf.raw_ops.SaveV2(prefix=input['theirs'], tensor_names=names, shape_and_slices=[''] * len(names),
                  tensors=[tf.constant(reader.get_tensor(n), dtype=dtypes[n]) for n in names])
result = None
`,
    { ours: prefix, theirs: join(folder, 'theirs'), names: [...tensors()].map(([name]) => name) },
  );
  for (const suffix of ['.index', '.data-00000-of-00001']) {
    expect(readFileSync(prefix + suffix).equals(readFileSync(join(folder, `theirs${suffix}`)))).toBe(true);
  }
});

it(
  'we read the state and the variants of an iterator that TensorFlow saved',
  { timeout: TENSORFLOW_MS },
  async () => {
    const saved = join(folder, 'manager');
    await runPython(
      `
import tensorflow as tf
dataset = tf.data.Dataset.range(100).shuffle(10, seed=1).batch(3)
iterator = iter(dataset)
manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator, v=tf.Variable([1.5, 2.5])), input, max_to_keep=2)
for _ in range(3):
    next(iterator)
    manager.save()
result = None
`,
      saved,
    );
    const state = await readCheckpointState(saved);
    expect(state?.all).toEqual([join(saved, 'ckpt-2'), join(saved, 'ckpt-3')]);
    const checkpoint = await openCheckpoint(state?.model ?? '');
    await checkpoint.verify();
    expect([...checkpoint.variables.values()].map(({ dtype }) => dtype)).toContain('variant');
    const { bytes } = await checkpoint.read('v/.ATTRIBUTES/VARIABLE_VALUE');
    expect([...new Float32Array(new Uint8Array(bytes).buffer)]).toEqual([1.5, 2.5]);
    await checkpoint.close();
  },
);

it(
  'TensorFlow reads a checkpoint that was written over, and its Saver deletes all of it',
  { timeout: TENSORFLOW_MS },
  async () => {
    const again = join(folder, 'again');
    const weights = (value: number): TensorValue => float32Tensor([1], Float32Array.of(value));
    await writeCheckpoint(again, [['w', weights(1)]]);
    await writeCheckpoint(again, [['w', weights(2)]]);
    const theirs = await runPython(
      `
import tensorflow as tf, glob
value = float(tf.train.load_checkpoint(input).get_tensor('w')[0])
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    w = tf.compat.v1.get_variable('w', [1])
    tf.compat.v1.train.Saver().restore(session, input)
    restored = float(session.run(w)[0])
tf.compat.v1.train.remove_checkpoint(input)
result = [value, restored, glob.glob(input + '*')]
`,
      again,
    );
    expect(theirs).toEqual([2, 2, []]);
  },
);

it(
  'we read what the Saver of TensorFlow 1 wrote, whole and in shards',
  { timeout: TENSORFLOW_MS },
  async () => {
    const theirs = (await runPython(
      `
import tensorflow as tf, numpy as np, hashlib
tf1 = tf.compat.v1
result = {}
with tf.Graph().as_default(), tf1.Session(config=tf1.ConfigProto(device_count={'CPU': 2})) as session:
    values = {'float32': np.array([np.nan, -0.0, 1e-45, 3], np.float32),
              'float64': np.random.default_rng(1).normal(size=(3, 0, 2)),
              'int64': np.array([-2**63, 2**63 - 1, -1]), 'uint8': np.arange(256, dtype=np.uint8),
              'bool': np.array([True, False]), 'large': np.random.default_rng(2).normal(size=(400, 300))}
    for index, (name, value) in enumerate(values.items()):
        with tf.device('/cpu:%d' % (index % 2)):
            tf1.get_variable(name, initializer=tf.constant(value))
    tf1.get_variable('parts', shape=[7, 5], partitioner=tf1.fixed_size_partitioner(3))
    session.run(tf1.global_variables_initializer())
    parts = np.concatenate([session.run(v) for v in tf1.global_variables() if v.name.startswith('parts')])
    for name, value in {**values, 'parts': parts}.items():
        result[name] = hashlib.sha256(value.tobytes()).hexdigest()
    for name, sharded in (('v1', False), ('v1_sharded', True)):
        saver = tf1.train.Saver(write_version=tf1.train.SaverDef.V1, sharded=sharded)
        saver.save(session, input + '/' + name, write_meta_graph=False)
`,
      folder,
    )) as Record<string, string>;
    for (const name of ['v1', 'v1_sharded']) {
      const checkpoint = await openCheckpoint(join(folder, name));
      expect(checkpoint.format).toBe('v1');
      const ours: Record<string, string> = {};
      for (const variable of checkpoint.variables.keys()) {
        const { bytes } = await checkpoint.read(variable);
        ours[variable] = createHash('sha256').update(bytes).digest('hex');
      }
      await checkpoint.close();
      expect(ours).toEqual(theirs);
    }
  },
);
