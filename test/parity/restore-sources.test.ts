/** Whatever holds named arrays can be restored from: variables then hold, to the last bit, what its own library reads. */

import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import type { SlimVariable } from '../../src/slim/scope/slim-variable.ts';
import { readVariable } from '../../src/slim/variables/variable-values.ts';
import { checkpoints, fixturePrefix, oracle, sha256Of } from '../unit/formats/checkpoint-oracle.ts';
import { chooseBackend } from './tolerance.ts';

const VALUES = join(import.meta.dirname, '../unit/formats/values');

/** Types that a variable can have without being cast: its bytes are the file's. */
type PlainDType = 'float32' | 'int32' | 'bool';

interface OracleArray {
  readonly dtype: string;
  readonly shape: readonly number[];
}

function isPlain(array: OracleArray): array is OracleArray & { readonly dtype: PlainDType } {
  return ['float32', 'int32', 'bool'].includes(array.dtype) && array.shape.every(size => size > 0);
}

/** More of one file say no more. */
const ENOUGH = 20;

beforeAll(async () => {
  await chooseBackend();
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});

/** One variable for each array, by its name where a scope can have it. */
function variablesFor(arrays: readonly (readonly [string, OracleArray])[]): Record<string, SlimVariable> {
  return Object.fromEntries(
    arrays.flatMap(([name, array], index) => {
      if (!isPlain(array)) return [];
      const { shape, dtype } = array;
      const initializer = (): tf.Tensor => tf.zeros([...shape], dtype);
      return [[name, variable(`v${index}`, { shape, dtype, initializer })]];
    }),
  );
}

async function checkRestored(
  path: string,
  expected: Readonly<Record<string, OracleArray & { readonly sha256: string }>>,
): Promise<void> {
  await new slim.Graph().asDefault(async () => {
    const targets = variablesFor(Object.entries(expected).slice(0, ENOUGH));
    const initFn = await slim.assignFromCheckpoint(path, targets);
    await initFn();
    for (const [name, target] of Object.entries(targets)) {
      expect([name, sha256Of(readVariable(target))]).toEqual([name, expected[name]?.sha256]);
    }
    const restored = initFn.report.entries.filter(({ outcome }) => outcome === 'restored');
    expect(restored.map(({ source }) => source)).toEqual(Object.keys(targets));
  });
}

describe('assignFromCheckpoint of what TensorFlow wrote', () => {
  const withPlain = checkpoints.filter(([, tensors]) => Object.values(tensors).some(isPlain));

  test.each(withPlain)('%s', async (name, tensors) => {
    const expected = Object.fromEntries(
      Object.entries(tensors).map(([each, tensor]) => [each, { ...tensor, sha256: tensor.sha256_le }]),
    );
    await checkRestored(fixturePrefix(name), expected);
    const folder = /^(saved_model\w*)\/variables\/variables$/.exec(name)?.[1];
    if (folder !== undefined) await checkRestored(fixturePrefix(folder), expected);
  });
});

describe('assignFromCheckpoint of files of values', () => {
  const oracle = JSON.parse(readFileSync(join(VALUES, 'oracle.json'), 'utf8')) as Readonly<
    Record<string, { readonly arrays: Readonly<Record<string, OracleArray & { readonly sha256: string }>> }>
  >;
  const withPlain = Object.entries(oracle).filter(([, { arrays }]) => Object.values(arrays).some(isPlain));

  test.each(withPlain)('%s', (name, { arrays }) => checkRestored(join(VALUES, name), arrays));

  test.each([
    ['commas.csv', 'commas', [2, 3]],
    ['tabs.tsv', 'tabs', [2, 3]],
    ['spaces.txt', 'spaces', [2, 3]],
    ['named.json', 'w', [2, 2]],
    ['narrow.mat', 'w', [2, 3]],
  ] as const)('%s, cast from float64 as slim.data reads it', async (file, name, shape) => {
    await new slim.Graph().asDefault(async () => {
      const initializer = (): tf.Tensor => tf.zeros([...shape]);
      const direct = variable('direct', { shape, initializer });
      const read = variable('read', { shape, initializer });
      const initFn = await slim.assignFromCheckpoint(join(VALUES, file), { [name]: direct });
      await initFn();
      expect(initFn.report.entries[0]).toMatchObject({ outcome: 'cast', detail: 'from float64' });
      const { [name]: values } = await slim.data.readArrays(join(VALUES, file));
      if (values === undefined) throw new Error(`${file} has no ${name}.`);
      slim.assignFromValues({ read: values })();
      expect([...read.value.dataSync()]).toEqual([...direct.value.dataSync()]);
      expect(read.value.dataSync().some(value => value !== 0)).toBe(true);
    });
  });

  test('named.json has the numbers that are written in it', async () => {
    const { w } = await slim.data.readArrays(join(VALUES, 'named.json'));
    expect(w).toEqual({ values: Float32Array.of(1, 2.5, -3e-7, 4), shape: [2, 2] });
  });
});

describe('assignFromCheckpoint of a log folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slim-sources-'));
    await cp(fixturePrefix('manager'), folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('takes its newest checkpoint, and says which', async () => {
    await new slim.Graph().asDefault(async () => {
      const { latest } = oracle.checkpoints['manager/checkpoint (text)'] ?? {};
      if (latest === undefined)
        throw new Error('The fixture does not say which checkpoint of manager is the newest.');
      const tensors = Object.fromEntries(checkpoints)[latest] ?? {};
      const [name, tensor] = Object.entries(tensors).find(([, { dtype }]) => dtype !== 'string') ?? [
        '',
        null,
      ];
      if (tensor === null) throw new Error('The fixture has no numbers.');
      const target = variable('v', { shape: tensor.shape, initializer: () => tf.zeros([...tensor.shape]) });
      const { report } = await slim.assignFromCheckpoint(folder, { [name]: target });
      expect(report.from).toBe(join(folder, basename(latest)));
    });
  });

  test('without a checkpoint is an error', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    await expect(slim.assignFromCheckpoint(empty, [])).rejects.toThrow(/holds no checkpoint/);
  });
});

describe('assignFromValues', () => {
  test.each([
    ['Float64Array', Float64Array.of(0.1, 2), [0.1, 2], 'from float64'],
    ['Float32Array', Float32Array.of(0.5, 2), [0.5, 2], undefined],
    ['Int32Array', Int32Array.of(-1, 2), [-1, 2], 'from int32'],
    ['BigInt64Array', BigInt64Array.of(-1n, 2n), [-1, 2], 'from int64'],
    ['Uint8Array', Uint8Array.of(1, 255), [1, 255], 'from uint8'],
  ] as const)('takes a %s', (_, values, expected, detail) => {
    new slim.Graph().asDefault(() => {
      const target = variable('v', { shape: [2, 1], initializer: () => tf.zeros([2, 1]) });
      const initFn = slim.assignFromValues({ v: values });
      initFn();
      expect([...target.value.dataSync()]).toEqual([...Float32Array.from(expected)]);
      expect(initFn.report.entries[0]?.detail?.startsWith(detail ?? '') ?? detail === undefined).toBe(true);
    });
  });

  test('sets what it was given, whatever becomes of that later', () => {
    new slim.Graph().asDefault(() => {
      const target = variable('v', { shape: [1], initializer: () => tf.zeros([1]) });
      const values = Float32Array.of(3);
      const initFn = slim.assignFromValues({ v: { values, shape: [1] } });
      values[0] = 4;
      initFn();
      expect([...target.value.dataSync()]).toEqual([3]);
    });
  });

  test.each([
    ['more values than the variable', { values: Float32Array.of(1, 2, 3), shape: [3] }, /Cannot reshape/],
    [
      'values that are not as many as their shape',
      { values: Float32Array.of(1), shape: [2] },
      /has room for 2/,
    ],
  ])('refuses %s', (_, given, message) => {
    new slim.Graph().asDefault(() => {
      variable('v', { shape: [2], initializer: () => tf.zeros([2]) });
      expect(() => slim.assignFromValues({ v: given })).toThrow(message);
    });
  });
});
