/** Everything that is given a log folder takes the same checkpoint of it. */

import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'which-checkpoint-'));
  folder = join(root, 'logs');
  mkdirSync(folder);
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
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

async function write(name: string, at = SAVED.indexOf(name)): Promise<void> {
  const value = float32Tensor([1], new Float32Array([at]));
  await writeCheckpoint(join(folder, name), [['w', value]]);
}

/** As others write it: each name is text between quotes as it stands. */
function writeStateOf(names: readonly string[], lineEnd = '\n'): void {
  const lines = [
    `model_checkpoint_path: "${names.at(-1) ?? ''}"`,
    ...names.map(name => `all_model_checkpoint_paths: "${name}"`),
  ];
  writeFileSync(join(folder, 'checkpoint'), lines.map(line => line + lineEnd).join(''));
  utimesSync(join(folder, 'checkpoint'), 1_600_000_100, 1_600_000_100);
}

/** Two that are not the newest by their steps, so that it is the names that decide. */
async function saveNamedFrom(place: string, separator = '/'): Promise<void> {
  await save(SAVED);
  writeStateOf(['model.ckpt-1', 'other.ckpt-2'].map(name => `${place}${separator}${name}`));
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
  'its file names another place, that is gone': [() => saveNamedFrom('/data/old/logs'), 'other.ckpt-2'],
  'its file names the place that it was copied from': [
    async () => {
      folder = join(root, 'original');
      for (const name of SAVED) await write(name, 99);
      folder = join(root, 'logs');
      await saveNamedFrom(join(root, 'original'));
    },
    'other.ckpt-2',
  ],
  'its file names the folder beside it': [
    async () => {
      folder = join(root, 'original');
      for (const name of SAVED) await write(name, 99);
      folder = join(root, 'logs');
      await saveNamedFrom('../original');
    },
    'other.ckpt-2',
  ],
  'only a part of it was copied': [
    async () => {
      folder = join(root, 'original');
      await write('model.ckpt-3', 99);
      folder = join(root, 'logs');
      await save(['model.ckpt-1', 'other.ckpt-2']);
      writeStateOf(SAVED.map(name => `${root}/original/${name}`));
    },
    'other.ckpt-2',
  ],
  'its file was written where the working directory was another': [
    () => saveNamedFrom('runs/logs'),
    'other.ckpt-2',
  ],
  'its file comes from Windows': [() => saveNamedFrom('C:\\\\Users\\\\me\\\\logs', '\\\\'), 'other.ckpt-2'],
  'its file comes from a share of Windows': [
    () => saveNamedFrom('\\\\\\\\host\\\\share', '\\\\'),
    'other.ckpt-2',
  ],
  'its file names a place with umlauts and quotes': [
    () => saveNamedFrom(`/data/\\303\\234bung \\"1\\" \\'x\\'`),
    'other.ckpt-2',
  ],
  'its file was saved by an editor of Windows': [
    async () => {
      await save(SAVED);
      writeStateOf(['model.ckpt-1', 'other.ckpt-2'], '\r\n');
      const text = readFileSync(join(folder, 'checkpoint'), 'utf8');
      writeFileSync(join(folder, 'checkpoint'), `\uFEFF${text}`);
      utimesSync(join(folder, 'checkpoint'), 1_600_000_100, 1_600_000_100);
    },
    'other.ckpt-2',
  ],
  'the folder is a link, and its file names what it links to': [
    async () => {
      await saveNamedFrom(folder);
      const link = join(root, 'link');
      symlinkSync(folder, link);
      folder = link;
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
