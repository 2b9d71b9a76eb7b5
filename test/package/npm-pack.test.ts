/** The npm package, installed as users install it: nothing of the project is in its reach but TypeScript. */

import { execa } from 'execa';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/build.ts';
import { inProject } from '../../scripts/project-folders.ts';

let folder: string;
const packed: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'npm-pack-'));
  await ensureBuilt();
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], inProject());
  const [pack] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  packed.push(...(pack?.files ?? []).map(({ path }) => path));
  write('package.json', '{ "private": true }');
  // The native backend is optional, and hundreds of megabytes.
  const install = [
    'install',
    '--omit=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ];
  await run('npm', [...install, join(folder, pack?.filename ?? '')]);
  write('train.mts', SCRIPT);
  write(
    'train.cts',
    "import slim = require('slim-training');\nexport const steps: number = slim.train.Saver.length;\n",
  );
}, 240_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SCRIPT = `
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([8, 4]), y: tf.ones([8, 3]) }, { batchSize: 8 });
const loss = await slim.defineLoss(data, ({ x, y }) => {
  slim.losses.meanSquaredError(slim.fullyConnected(x, 3, { scope: 'fc1' }), y);
  return slim.losses.getTotalLoss();
});
const optimizer: slim.train.Optimizer = new slim.train.AdamOptimizer(0.01);
const trainOp = await slim.learning.createTrainOp(loss, optimizer);
await slim.learning.train(trainOp, 'logs', { numberOfSteps: 3 });
`;

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** In the folder where it is installed. */
function run(command: string, args: readonly string[], cwd = folder): Promise<{ stdout: string }> {
  return execa(command, args, { cwd, stdin: 'ignore' });
}

describe('the npm package', () => {
  it('holds the library and the command, and nothing of the extension, no maps and no sources', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['dist/slim-train.js', 'dist/slim-training.js', 'dist/embedded/tfjs.cjs']),
    );
    expect(
      packed.filter(path =>
        /\.map$|^(src|test|webview|docs|media)\/|extension\.cjs|^dist\/(webview|types|catalog)\//.test(path),
      ),
    ).toEqual([]);
  });

  it.each([
    ['imported', 'use.mjs', "import * as slim from 'slim-training';"],
    ['required', 'use.cjs', "const slim = require('slim-training');"],
  ])('can be %s', async (_, name, first) => {
    write(name, `${first}\nconsole.log(typeof slim.learning.train, typeof slim.fullyConnected);\n`);
    expect((await run(process.execPath, [name])).stdout).toBe('function function');
  });

  it('has a command that trains', async () => {
    const { stdout } = await run('npx', ['--no-install', 'slim-train', 'run', 'train.mts']);
    expect(stdout).toContain('Finished training!');
    const checkpoint = await run('npx', ['--no-install', 'slim-train', 'checkpoint', 'logs']);
    expect(checkpoint.stdout).toContain('fc1/weights');
  });

  // TensorFlow.js's own typings are not free of errors: what is checked is how ours are used.
  it.each([
    ['node16', 'node16', ['train.mts', 'train.cts']],
    ['nodenext', 'nodenext', ['train.mts', 'train.cts']],
    ['esnext', 'bundler', ['train.mts']],
  ])('has typings for module %s with resolution %s', async (module, resolution, files) => {
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022'];
    const tsc = inProject('node_modules/typescript/bin/tsc');
    await run(process.execPath, [
      tsc,
      ...options,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      ...files,
    ]);
  });
});
