/** A run whose batches a thread loads: TypeScript modules, errors with their place, every way to end. */

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Workspace, type Running } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace.remove();
});

const LOADER = `import * as slim from 'slim-training';
import { points } from './points';

export interface Options { readonly numEpochs: number | null }

export function load({ numEpochs }: Options) {
  return slim.data.arrays(points(), { batchSize: 4, numEpochs });
}
`;

const POINTS = `import * as tf from '@tensorflow/tfjs';
export const points = (): { x: tf.Tensor2D; y: tf.Tensor2D } => ({
  x: tf.tensor2d([[0], [1], [2], [3], [4]]),
  y: tf.tensor2d([[1], [3], [5], [7], [9]]),
});
`;

/** Fits a line to what \`data\` gives. */
const script = (data: string): string => `import * as slim from 'slim-training';
import type * as loader from './load-points.ts';
const url = new URL('load-points.ts', import.meta.url);
const data = ${data};
const loss = await slim.defineLoss(data, ({ x, y }) => {
  slim.losses.meanSquaredError(slim.fullyConnected(x, 1, { activationFn: null, scope: 'line' }), y);
  return slim.losses.getTotalLoss();
});
const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.02));
await slim.learning.train(trainOp, slim.hparams({ logdir: 'logs' }).logdir, { saveSummariesSecs: 0, saveIntervalSecs: 0 });
`;

const inThread = (parameters: string): string =>
  script(`await slim.data.worker<typeof loader>(url, ${parameters})`);

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  const all = { 'load-points.ts': LOADER, 'points.ts': POINTS, ...files };
  for (const [name, text] of Object.entries(all)) await workspace.write(name, text);
}

/** The losses that the console shows, by step. */
function losses(stdout: string): string[] {
  return [...stdout.matchAll(/^global step (\d+: loss = \S+)/gm)].map(([, line = '']) => line);
}

describe('a run with a loader', () => {
  test('takes the same steps as without it, to the end of the data, and goes on as if it had not ended', async () => {
    await write({
      'beside.ts': inThread('{ numEpochs: 6 }'),
      'inline.ts': `import { load } from './load-points.ts';\n${script('load({ numEpochs: 6 })')}`,
      'first.ts': inThread('{ numEpochs: 2 }'),
    });
    const run = async (name: string, logdir: string): Promise<string[]> => {
      const { exitCode, stdout, stderr } = await workspace.run('run', name, '--hparam', `logdir=${logdir}`);
      expect(exitCode, stderr).toBe(0);
      return losses(stdout);
    };
    const [inline, beside, first] = await Promise.all([
      run('inline.ts', 'a'),
      run('beside.ts', 'b'),
      run('first.ts', 'c'),
    ]);
    expect(inline).toHaveLength(12);
    expect(beside).toEqual(inline);
    expect([...first, ...(await run('beside.ts', 'c'))]).toEqual(inline);
  });

  test('stops when it is told to, while the thread waits', async () => {
    await write({ 'train.ts': inThread('{ numEpochs: null }') });
    const running = workspace.start('run', 'train.ts');
    await running.said(/global step 50:/);
    running.signal('SIGTERM');
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Stopping Training.');
    expect((await workspace.onlyRecord()).state).toBe('stopped');
  });
});

describe('nothing of a loader is left', () => {
  /** Batches for a while, then none, and no end either. */
  const HANGING = `import { points } from './points';
export function* load() {
  for (let batch = 0; batch < 100; batch++) yield points();
  console.log('hanging');
  for (;;);
}
`;

  const start = async (files: Readonly<Record<string, string>>): Promise<Running> => {
    await write(files);
    return workspace.start('run', 'train.ts');
  };

  test('when a run is told to end while its thread is in a loop: at once when it is told again', async () => {
    const running = await start({ 'load-points.ts': HANGING, 'train.ts': inThread('{ numEpochs: null }') });
    await running.said(/global step 100:/);
    running.signal('SIGTERM');
    await running.said(/saving/);
    running.signal('SIGTERM');
    expect((await running.ended).exitCode).not.toBe(0);
  });

  test('when training fails while its thread is in a loop', async () => {
    const failing = inThread('{ numEpochs: null }').replace(
      'saveIntervalSecs: 0 }',
      "saveIntervalSecs: 0, hooks: { onStep: ({ step }) => { if (step === 90) throw new Error('enough'); } } }",
    );
    const running = await start({ 'load-points.ts': HANGING, 'train.ts': failing });
    expect((await running.ended).exitCode).toBe(1);
    expect((await workspace.onlyRecord()).failure?.message).toContain('enough');
  });

  test('when the process is killed', async () => {
    const folder = join(workspace.folder, 'tmp');
    await mkdir(folder);
    vi.stubEnv('TMPDIR', folder);
    // For the control socket, which the next run cleans up.
    vi.stubEnv('XDG_RUNTIME_DIR', workspace.folder);
    const running = await start({ 'train.ts': inThread('{ numEpochs: null }') });
    await running.said(/global step 50:/);
    running.signal('SIGKILL');
    await running.ended;
    expect(await readdir(folder, { recursive: true })).toEqual([]);
  });
});

describe('what is wrong with a loader', () => {
  const failing = async (loader: string) => {
    await write({ 'load-points.ts': loader, 'train.ts': inThread('{ numEpochs: null }') });
    const { exitCode } = await workspace.run('run', 'train.ts');
    expect(exitCode).toBe(1);
    return (await workspace.onlyRecord()).failure;
  };

  test('has its own place: where it throws, in the middle of training', async () => {
    const failure = await failing(`import { points } from './points';
export function* load() {
  yield points();
  throw new RangeError('the disk is gone');
}
`);
    expect(failure).toMatchObject({
      message: 'RangeError: the disk is gone',
      location: { file: join(workspace.folder, 'load-points.ts'), line: 4 },
    });
  });

  test.each([
    [
      'TypeScript',
      'load-points.ts',
      'import { points } from "./points";\nexport const load = (: number) => 1;\n',
    ],
    ['a module of it', 'other.mjs', 'export const\n'],
  ])('has its place where it does not parse: %s', async (_, name, text) => {
    await workspace.write(name, text);
    const loader = name === 'load-points.ts' ? text : `export * from './${name}';`;
    expect((await failing(loader))?.location).toMatchObject({
      file: join(workspace.folder, name),
      line: 2,
    });
  });

  test('is said to whoever misses a package', async () => {
    const failure = await failing("import nowhere from 'nowhere';\nexport const load = nowhere;\n");
    expect(failure).toMatchObject({
      message: `${join(workspace.folder, 'load-points.ts')} imports 'nowhere'. It is not installed: npm install nowhere`,
      location: { line: 1 },
    });
  });
});
