import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
  vi.stubEnv('SLIM_TRAINING_NATIVE', join(workspace.folder, 'native'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace.remove();
});

test('where nothing is installed, status says how to', async () => {
  const { exitCode, stdout } = await workspace.run('native', 'status');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('slim-train native install gets it');
});

test('of what is there and does not work, status says why', async () => {
  const folder = join(workspace.folder, 'native/node_modules/@tensorflow/tfjs-node');
  await mkdir(folder, { recursive: true });
  await workspace.write('native/node_modules/@tensorflow/tfjs-node/package.json', '{ "version": "4.22.0" }');
  const { exitCode, stdout } = await workspace.run('native', 'status');
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`${folder}, of this user, does not work: `);
});

test('a run that needs it says how to get it, and is not left running', async () => {
  await workspace.write('train.ts', '');
  const { exitCode, stderr } = await workspace.run('run', 'train.ts', '--backend=native');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('slim-train native install');
  expect((await workspace.onlyRecord()).state).toBe('failed');
});
