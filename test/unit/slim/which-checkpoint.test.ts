/** Everything that is given a log folder takes the same checkpoint of it. */

import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkpointCommand } from '../../../src/cli/checkpoint-command.ts';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { writeCheckpointState } from '../../../src/formats/checkpoint-state.ts';
import { writeCheckpoint } from '../../../src/formats/checkpoint-writer.ts';
import { findCheckpoint } from '../../../src/formats/find-checkpoint.ts';
import { float32Tensor } from '../../../src/formats/tensor-value.ts';
import { EMPTY_MAPPING } from '../../../src/restore/restore-mapping.ts';
import * as slim from '../../../src/slim/index.ts';
import { LogFolder } from '../../../src/slim/learning/log-folder.ts';
import { Saver } from '../../../src/slim/learning/saver.ts';
import { restoreInitFn } from '../../../src/slim/variables/restore-variables.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'which-checkpoint-'));
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Each was written a second after the one before; its only value says which it is. */
const SAVED = ['model.ckpt-1', 'other.ckpt-2', 'model.ckpt-3'];

async function save(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const at = SAVED.indexOf(name);
    await write(name);
    utimesSync(join(folder, `${name}.index`), 1_600_000_000 + at, 1_600_000_000 + at);
  }
}

async function write(name: string): Promise<void> {
  const value = float32Tensor([1], new Float32Array([SAVED.indexOf(name)]));
  await writeCheckpoint(join(folder, name), [['w', value]]);
}

async function writeState(names: readonly string[], modified = 1_600_000_100): Promise<void> {
  const all = names.map(name => join(folder, name));
  await writeCheckpointState(folder, { model: all.at(-1) ?? '', all, timestamps: [] });
  utimesSync(join(folder, 'checkpoint'), modified, modified);
}

function damage(name: string): void {
  truncateSync(join(folder, `${name}.data-00000-of-00001`), 1);
}

const ways: Readonly<Record<string, () => Promise<string | null>>> = {
  resuming: async () => {
    const logFolder = await LogFolder.open(folder);
    try {
      return await logFolder.newestCheckpoint();
    } finally {
      await logFolder.close();
    }
  },
  'an evaluation': () => slim.evaluation.waitForNewCheckpoint(folder, null, { timeout: 0 }),
  'a warm start': () =>
    new slim.Graph().asDefault(async () => {
      const w = slim.variable('w', { shape: [1], initializer: slim.zerosInitializer() });
      return (await restoreInitFn(folder, [w], EMPTY_MAPPING)).report.from;
    }),
  'a saver': () =>
    new slim.Graph().asDefault(async () => {
      const w = slim.variable('w', { shape: [1], initializer: slim.zerosInitializer() });
      await new Saver({ variables: [w] }).restore(folder);
      const [at = NaN] = await w.value.data();
      return join(folder, SAVED[at] ?? '');
    }),
  'reading arrays': async () => {
    const [at = NaN] = (await slim.data.readArrays(folder))['w']?.values ?? [];
    return join(folder, SAVED[at] ?? '');
  },
  'slim-train checkpoint': async () => {
    let said = '';
    vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      said += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await checkpointCommand([folder, '--json']);
    return (JSON.parse(said) as { path: string }).path;
  },
  'a mapping': async () => (await findCheckpoint(folder)).path,
};

const folders: Readonly<Record<string, readonly [make: () => Promise<void>, newest: string]>> = {
  'its file names the last but one': [
    async () => {
      await save(SAVED);
      await writeState(['model.ckpt-1', 'other.ckpt-2']);
    },
    'other.ckpt-2',
  ],
  'one was committed after its file was written': [
    async () => {
      await save(SAVED);
      await writeState(['model.ckpt-1', 'other.ckpt-2'], 1_600_000_001);
    },
    'model.ckpt-3',
  ],
  'its file names one that is not there': [
    async () => {
      await save(['model.ckpt-1', 'other.ckpt-2']);
      await writeState(['model.ckpt-1', 'model.ckpt-99']);
    },
    'model.ckpt-1',
  ],
  'the newest is damaged': [
    async () => {
      await save(SAVED);
      await writeState(SAVED);
      damage('model.ckpt-3');
    },
    'other.ckpt-2',
  ],
  'there is no file': [() => save(SAVED), 'model.ckpt-3'],
  'there is no file, and the newest is damaged': [
    async () => {
      await save(SAVED);
      damage('model.ckpt-3');
    },
    'other.ckpt-2',
  ],
  'its file is damaged': [
    async () => {
      await save(['model.ckpt-1', 'other.ckpt-2']);
      writeFileSync(join(folder, 'checkpoint'), 'no { proto');
    },
    'other.ckpt-2',
  ],
};

describe.each(Object.entries(folders))('%s', (_, [make, newest]) => {
  test.each(Object.entries(ways))('%s takes the newest sound one', async (_, take) => {
    await make();
    expect(await take()).toBe(join(folder, newest));
  });
});

test.each(Object.entries(ways))('%s takes none of a folder without', async (way, take) => {
  const answer = take();
  if (way === 'resuming' || way === 'an evaluation') expect(await answer).toBeNull();
  else if (way === 'slim-train checkpoint') expect(await answer).toBe(folder);
  else await expect(answer).rejects.toThrow(`The folder ${folder} holds no checkpoint.`);
});

test('a file of a checkpoint means the whole one', async () => {
  await save(['model.ckpt-1']);
  const checkpoint = await openCheckpoint(join(folder, 'model.ckpt-1.index'));
  await checkpoint.close();
  expect(checkpoint.prefix).toBe(join(folder, 'model.ckpt-1'));
});

test('an evaluation that waits says once that a checkpoint is damaged, and takes what is written in its place', async () => {
  await save(['model.ckpt-1', 'model.ckpt-3']);
  damage('model.ckpt-3');
  const said = vi.mocked(console.log);
  let looks = 0;
  const iterator = slim.evaluation.checkpointsIterator(folder, { timeout: 0, timeoutFn: () => ++looks > 2 });
  const found: string[] = [];
  for await (const checkpoint of iterator) found.push(checkpoint);
  expect(found).toEqual([join(folder, 'model.ckpt-1')]);
  expect(looks).toBe(3);
  expect(said.mock.calls.filter(([line]) => String(line).includes('is damaged'))).toHaveLength(1);

  const next = slim.evaluation.waitForNewCheckpoint(folder, found[0], { secondsToSleep: 0.01 });
  await write('model.ckpt-3');
  expect(await next).toBe(join(folder, 'model.ckpt-3'));
});
