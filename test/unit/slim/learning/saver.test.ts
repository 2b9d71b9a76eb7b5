/** Saver: which checkpoints stay, and what restoring refuses. */

import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { checkpointsIn, contentOf, newLogFolder } from '../log-folder.ts';

beforeAll(chooseBackend);
afterEach(() => {
  vi.useRealTimers();
});

function inGraph(fn: () => Promise<void>): Promise<void> {
  return new slim.Graph().asDefault(fn);
}

function make(name: string, values: number[], options: slim.VariableOptions = {}): slim.SlimVariable {
  return slim.variable(name, { shape: [values.length], initializer: () => tf.tensor1d(values), ...options });
}

test('saves every kind of variable, and restores it to the last bit', () =>
  inGraph(async () => {
    const variables = [
      make('float', [1.1, -0, 1e-40, NaN, Infinity]),
      make('int', [1, -2, 2147483647], { dtype: 'int32' }),
      make('long', [3, -4], { dtype: 'int64' }),
      make('flag', [1, 0], { dtype: 'bool' }),
    ];
    const path = join(newLogFolder(), 'model.ckpt');
    const saver = new slim.train.Saver();
    const prefix = await saver.save(path, 3);
    expect(prefix).toBe(`${path}-3`);
    const saved = await contentOf(prefix);
    expect(saved['long']).toBe('0300000000000000fcffffffffffffff');
    for (const { value } of variables) value.assign(tf.zerosLike(value));
    await saver.restore(prefix);
    await saver.save(path, 4);
    expect(await contentOf(`${path}-4`)).toEqual(saved);
  }));

test('one checkpoint of so many hours stays for good', () =>
  inGraph(async () => {
    make('v', [1]);
    const logdir = newLogFolder();
    const path = join(logdir, 'model.ckpt');
    vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 });
    const saver = new slim.train.Saver({ maxToKeep: 2, keepCheckpointEveryNHours: 1 });
    for (let step = 0; step < 8; step++) {
      await saver.save(path, step);
      vi.setSystemTime(Date.now() + 25 * 60_000);
    }
    // Saved at minutes 0, 25, 50, ...: 75 is the first after one hour, 125 the first after two.
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-3', 'model.ckpt-5', 'model.ckpt-6', 'model.ckpt-7']);
  }));

test('maxToKeep 0 keeps all', () =>
  inGraph(async () => {
    make('v', [1]);
    const logdir = newLogFolder();
    const saver = new slim.train.Saver({ maxToKeep: 0 });
    for (let step = 0; step < 7; step++) await saver.save(join(logdir, 'model.ckpt'), step);
    expect(checkpointsIn(logdir)).toHaveLength(7);
  }));

describe('recovering', () => {
  /** Saves into `logdir` as a later process does, which goes on from what is listed there. */
  async function saveOn(logdir: string, steps: readonly number[]): Promise<void> {
    const saver = new slim.train.Saver();
    await saver.recover(logdir);
    for (const step of steps) await saver.save(join(logdir, 'model.ckpt'), step);
  }

  const NAMES = [100, 200, 300].map(step => `model.ckpt-${step}`);

  /** Lists its checkpoints by paths into `place`, as TensorFlow 1 does. */
  function list(logdir: string, place: string, names = NAMES): void {
    const all = names.map(name => `all_model_checkpoint_paths: "${place}/${name}"\n`);
    writeFileSync(
      join(logdir, 'checkpoint'),
      `model_checkpoint_path: "${place}/${names.at(-1) ?? ''}"\n${all.join('')}`,
    );
  }

  test.each<[string, (original: string) => string]>([
    ['absolute', original => original],
    ['relative', () => '../original'],
  ])('in a copy whose list has %s names of the original, deletes only its own', (_, placeOf) =>
    inGraph(async () => {
      make('v', [1]);
      const root = newLogFolder();
      const [original, copy] = [join(root, 'original'), join(root, 'copy')];
      await new slim.train.Saver().save(join(original, 'model.ckpt'), 50);
      await saveOn(original, [100, 200, 300]);
      list(original, placeOf(original));
      cpSync(original, copy, { recursive: true });
      await saveOn(copy, [301, 302, 303, 304, 305]);
      expect(checkpointsIn(original)).toEqual(['model.ckpt-50', ...NAMES]);
      const own = [301, 302, 303, 304, 305].map(step => `model.ckpt-${step}`);
      // The list that was copied does not have 50.
      expect(checkpointsIn(copy)).toEqual(['model.ckpt-50', ...own]);
      expect(readFileSync(join(copy, 'checkpoint'), 'utf8')).not.toContain('original');
    }),
  );

  test('touches nothing that the list names elsewhere, also through a link', () =>
    inGraph(async () => {
      make('v', [1]);
      const root = newLogFolder();
      const [original, logdir] = [join(root, 'original'), join(root, 'logs')];
      await saveOn(original, [100, 200, 300]);
      mkdirSync(logdir);
      symlinkSync(original, join(logdir, 'link'));
      list(logdir, 'link');
      await saveOn(logdir, [1, 2, 3, 4, 5, 6]);
      list(logdir, original);
      await saveOn(logdir, [7, 8, 9, 10, 11, 12]);
      expect(checkpointsIn(original)).toEqual(NAMES);
    }));

  test('of a folder that is a link, the checkpoints are one list', () =>
    inGraph(async () => {
      make('v', [1]);
      const root = newLogFolder();
      const [logdir, link] = [join(root, 'logs'), join(root, 'link')];
      await saveOn(logdir, [100, 200, 300]);
      list(logdir, logdir);
      symlinkSync(logdir, link);
      await saveOn(link, [301, 302]);
      await saveOn(logdir, [303, 304]);
      expect(checkpointsIn(logdir)).toEqual([300, 301, 302, 303, 304].map(step => `model.ckpt-${step}`));
      expect(existsSync(join(logdir, 'model.ckpt-200.data-00000-of-00001'))).toBe(false);
    }));
});

test('changes nothing when the checkpoint does not fit', () =>
  inGraph(async () => {
    const first = make('a', [1, 2]);
    make('b', [3]);
    const prefix = await new slim.train.Saver().save(join(newLogFolder(), 'model.ckpt'), 1);
    first.value.assign(tf.tensor1d([8, 9]));
    make('c', [4]);
    await expect(new slim.train.Saver().restore(prefix)).rejects.toThrow('c is not in it');
    expect([...first.value.dataSync()]).toEqual([8, 9]);
    await new slim.Graph().asDefault(async () => {
      make('a', [1, 2], { dtype: 'int32' });
      await expect(new slim.train.Saver().restore(prefix)).rejects.toThrow('a is float32 there, int32 here');
    });
  }));

test('says which entries no variable has', () =>
  inGraph(async () => {
    const kept = make('a', [1]);
    make('b', [2]);
    const prefix = await new slim.train.Saver().save(join(newLogFolder(), 'model.ckpt'));
    expect(await new slim.train.Saver({ variables: [kept] }).restore(prefix)).toEqual(['b']);
  }));

test('an int64 beyond 32 bits is refused, not cut off', () =>
  inGraph(async () => {
    make('n', [1], { dtype: 'int64' });
    const wide = new Map([
      [
        'n',
        { dtype: 'int64' as const, shape: [1], bytes: new Uint8Array(BigInt64Array.of(2n ** 40n).buffer) },
      ],
    ]);
    const prefix = await new slim.train.Saver().save(join(newLogFolder(), 'model.ckpt'), 1, wide);
    await expect(new slim.train.Saver().restore(prefix)).rejects.toThrow(
      'n: 1099511627776 does not fit in 32 bits',
    );
  }));
