/** Batches that a thread loads: the same as without it, whatever happens meanwhile. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Source } from '../../../../src/slim/data/source.ts';
import type { WorkerSource } from '../../../../src/slim/data/worker.ts';
import { isTensor } from '../../../../src/slim/scope/tensor-kind.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { BundledLibrary } from '../bundled-library.ts';

type Batch = tf.NamedTensorMap;

interface Loader {
  readonly load: (...parameters: unknown[]) => Source<Batch>;
}

/** The loader of all tests: a module with one of these functions in it. */
const LOADERS = {
  rows: `(options) => {
    const x = Float32Array.from({ length: 69 }, (_, at) => at);
    const y = Int32Array.from({ length: 23 }, (_, row) => row);
    return slim.data.arrays({ x: { values: x, shape: [23, 3] }, y: { values: y, shape: [23] } }, options);
  }`,
  endless: `(made) => function* () {
    for (let row = 1; ; row++) {
      if (made !== undefined) Atomics.add(new Int32Array(made), 0, 1);
      yield { x: { values: new Float32Array(1000).fill(row), shape: [1000] } };
    }
  }`,
  nested: `() => slim.data.stream(function* () {
    for (let size = 1; size <= 20; size++) {
      const flags = tf.tensor1d([true, false], 'bool');
      yield {
        pair: [tf.fill([size, 1000], size), { flags }],
        words: tf.tensor(['a'.repeat(size), '\\u00e9'], [2, 1], 'string'),
        none: tf.tensor1d([], 'int32'),
        size,
      };
    }
  }, { numEpochs: 1 })`,
  bytes: `() => [{ values: Uint8Array.of(0, 128, 255), shape: [3, 1] }]`,
  failing: `() => function* () {
    yield tf.scalar(1);
    yield tf.scalar(2);
    throw new RangeError('the third is missing');
  }`,
  exiting: `() => function* () {
    yield tf.scalar(1);
    process.exit(3);
  }`,
  hanging: `() => function* () {
    yield tf.scalar(1);
    for (;;);
  }`,
  refusing: `() => { throw new TypeError('no data today'); }`,
  unfit: `() => [{ x: [tf.scalar(1), new Map()] }]`,
  five: `() => 5`,
} as const;

let library: BundledLibrary;
const open: WorkerSource<Batch>[] = [];

beforeAll(async () => {
  await chooseBackend();
  library = await BundledLibrary.build();
  for (const [name, load] of Object.entries(LOADERS)) {
    const imports = `import * as tf from '@tensorflow/tfjs';\nimport * as slim from './slim-training.js';`;
    await library.write(`${name}.mjs`, `${imports}\nexport const load = ${load};\n`);
  }
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(source => source.close()));
});

afterAll(async () => {
  await library.remove();
});

async function load(name: keyof typeof LOADERS, ...parameters: unknown[]): Promise<WorkerSource<Batch>> {
  const { worker } = library.slim.data;
  const source = await worker<Loader>(`${library.folder}/${name}.mjs`, ...parameters);
  open.push(source);
  return source;
}

function inline(options: object): InstanceType<typeof library.slim.data.IndexedSource<Batch>> {
  const x = Float32Array.from({ length: 69 }, (_, at) => at);
  const y = Int32Array.from({ length: 23 }, (_, row) => row);
  const rows = { x: { values: x, shape: [23, 3] }, y: { values: y, shape: [23] } };
  return library.slim.data.arrays<Record<string, (typeof rows)['x' | 'y']>>(rows, options);
}

function valuesOf(batch: unknown): unknown {
  if (isTensor(batch)) return { dtype: batch.dtype, shape: batch.shape, values: [...batch.dataSync()] };
  if (Array.isArray(batch)) return (batch as unknown[]).map(valuesOf);
  if (typeof batch !== 'object' || batch === null) return batch;
  return Object.fromEntries(Object.entries(batch).map(([name, part]) => [name, valuesOf(part)]));
}

async function take(
  source: { next(): Promise<Batch | null>; position(): object },
  count: number,
): Promise<unknown[]> {
  const taken: unknown[] = [];
  for (let index = 0; index < count; index++) {
    const batch = await source.next();
    taken.push({ batch: valuesOf(batch), position: source.position() });
    if (batch !== null) tf.dispose(batch);
  }
  return taken;
}

describe('the batches of a thread', () => {
  test('are those of the same source without it, the smaller last one and the end included', async () => {
    const options = { batchSize: 4, numEpochs: 3, seed: 5 };
    const source = await load('rows', options);
    expect(source.batchesPerEpoch).toBe(6);
    expect(await take(source, 20)).toEqual(await take(inline(options), 20));
  });

  test('go on from any position, to and fro', async () => {
    const expected = await take(inline({ batchSize: 4 }), 30);
    const source = await load('rows', { batchSize: 4 });
    const start = source.position();
    await take(source, 5);
    for (const stop of [0, 7, 1, 23, 23]) {
      const straight = inline({ batchSize: 4 });
      await take(straight, stop);
      await source.seek(straight.position());
      expect(source.position()).toEqual(straight.position());
      expect(await take(source, 4), `from ${stop} on`).toEqual(expected.slice(stop, stop + 4));
    }
    await source.seek(start);
    expect(await take(source, 1)).toEqual(expected.slice(0, 1));
  });

  test('can be looked at, and two who ask at once get one each', async () => {
    const expected = await take(inline({ batchSize: 4 }), 3);
    const source = await load('rows', { batchSize: 4 });
    const [seen, first, second] = await Promise.all([source.peek(), source.next(), source.next()]);
    expect(valuesOf(seen)).toEqual(valuesOf(first));
    const batches = expected.map(each => (each as { batch: unknown }).batch);
    expect([first, second].map(valuesOf)).toEqual(batches.slice(0, 2));
  });

  test('are shuffled by the seed of the script', async () => {
    await new library.slim.Graph(99).asDefault(async () => {
      expect(await take(await load('rows', { batchSize: 4 }), 2)).toEqual(
        await take(inline({ batchSize: 4 }), 2),
      );
    });
  });

  test('may be nested, of all types, and larger from one to the next', async () => {
    const source = await load('nested');
    for (let size = 1; size <= 20; size++) {
      const batch = (await source.next()) as unknown as {
        readonly pair: [tf.Tensor, tf.NamedTensorMap];
        readonly words: tf.Tensor;
      };
      const values = new Float32Array(size * 1000).fill(size);
      expect(batch.pair[0].shape).toEqual([size, 1000]);
      expect(batch.pair[0].dataSync()).toEqual(values);
      expect(valuesOf({ ...batch, pair: batch.pair[1] })).toEqual({
        pair: { flags: { dtype: 'bool', shape: [2], values: [1, 0] } },
        words: { dtype: 'string', shape: [2, 1], values: ['a'.repeat(size), 'é'] },
        none: { dtype: 'int32', shape: [0], values: [] },
        size,
      });
      tf.dispose(batch);
    }
    expect(await source.next()).toBeNull();
    expect(await source.next()).toBeNull();
  });

  test('may be arrays, of which bytes become float32', async () => {
    expect(valuesOf(await (await load('bytes')).next())).toEqual({
      dtype: 'float32',
      shape: [3, 1],
      values: [0, 128, 255],
    });
  });

  test('stay as they are when their place in memory is written again', async () => {
    const source = await load('endless');
    const kept: Batch[] = [];
    for (let step = 0; step < 100; step++) {
      const batch = await source.next();
      if (batch !== null) kept.push(batch);
      // The native backend takes a tensor's memory when an operation uses it first.
      if (step % 2 === 0) tf.tidy(() => kept.at(-1)?.['x']?.add(0).dataSync());
    }
    const sums = kept.map(({ x }) => [...new Set(x?.dataSync())]);
    expect(sums).toEqual(Array.from({ length: 100 }, (_, step) => [step + 1]));
    tf.dispose(kept);
  });

  test('are made as far ahead as the ring reaches, and further when half of it is read', async () => {
    const memory = new SharedArrayBuffer(4);
    const made = new Int32Array(memory);
    const source = await load('endless', memory);
    await expect.poll(() => Atomics.load(made, 0)).toBe(16);
    const quiet = async (): Promise<number> => {
      await new Promise(resolve => setTimeout(resolve, 50));
      return Atomics.load(made, 0);
    };
    expect(await quiet()).toBe(16);
    await take(source, 7);
    expect(await quiet()).toBe(16);
    await take(source, 1);
    await expect.poll(() => Atomics.load(made, 0)).toBe(24);
    expect(await quiet()).toBe(24);
  });
});

describe('an error of the loader', () => {
  test('comes where its batch would have come, with its own stack, and stays until one goes back', async () => {
    const source = await load('failing');
    const start = source.position();
    await take(source, 2);
    const error = await source.next().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RangeError', message: 'the third is missing' });
    expect((error as Error).stack).toMatch(/RangeError: the third is missing\n.*failing\.mjs:6:11/);
    await expect(source.next()).rejects.toThrow('the third is missing');
    expect(source.position()).toEqual({ epoch: 0, index: 2 });
    await source.seek(start);
    expect(await take(source, 2)).toHaveLength(2);
  });

  test('before the first batch is one of asking for it', async () => {
    await expect(load('refusing')).rejects.toThrow('no data today');
    await expect(load('five')).rejects.toThrow('five.mjs gives no batches');
    await expect(library.slim.data.worker('nowhere.mjs')).rejects.toThrow(
      /There is no loader .*nowhere\.mjs/,
    );
    await library.write('empty.mjs', '');
    await expect(library.slim.data.worker(`${library.folder}/empty.mjs`)).rejects.toThrow(
      'exports no function load',
    );
  });

  test('names what cannot come from a thread, and a position that the source does not go to', async () => {
    await expect((await load('unfit')).next()).rejects.toThrow('The batch.x[1] is a Map');
    const source = await load('rows', { batchSize: 4 });
    await expect(source.seek({ epoch: 0, index: 3, seed: source.position()['seed'] ?? 0 })).rejects.toThrow(
      'The data stood at example 3',
    );
    await expect(source.next()).rejects.toThrow('The data stood at example 3');
  });

  test('that ends the thread is no waiting for ever', async () => {
    const source = await load('exiting');
    await take(source, 1);
    await expect(source.next()).rejects.toThrow(/The thread of the loader .*exiting\.mjs has ended/);
    await expect(source.seek({ epoch: 4, index: 0 })).rejects.toThrow('has ended');
  });
});

test('a thread is ended by close, also in the middle of a batch that somebody waits for', async () => {
  const source = await load('hanging');
  await take(source, 1);
  const waiting = source.next();
  await Promise.all([
    source.close(),
    expect(waiting).rejects.toThrow(/The thread of the loader .*hanging\.mjs has ended/),
  ]);
  await expect(source.next()).rejects.toThrow('has ended');
});

test('a thread that is waited for keeps the process alive, and no other one', async () => {
  const script = await library.write(
    'short.mjs',
    `import { worker } from './data.mjs';
    const source = await worker(new URL('./endless.mjs', import.meta.url));
    for (let step = 0; step < 40; step++) (await source.next()).x.dispose();
    console.log('taken');`,
  );
  await library.write(
    'data.mjs',
    `import { data } from './slim-training.js';\nexport const { worker } = data;`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 });
  expect(stdout).toBe('taken\n');
});
