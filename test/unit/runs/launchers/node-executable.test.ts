import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseNode, trainerEnvironment } from '../../../../src/runs/launchers/node-executable.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-node-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

async function fakeNode(version: string): Promise<string> {
  const path = join(folder, 'node');
  await writeFile(path, `#!/bin/sh\necho v${version}\n`);
  await chmod(path, 0o755);
  return path;
}

const onPosix = test.runIf(process.platform !== 'win32');

test("the user's choice is taken", async () => {
  expect(await chooseNode(process.execPath)).toEqual({ path: process.execPath, env: {} });
});

onPosix("the user's choice is not silently replaced", async () => {
  await expect(chooseNode(join(folder, 'missing'))).rejects.toThrow(/missing, does not run \(ENOENT\)/);
  const old = await fakeNode('20.18.3');
  await expect(chooseNode(old)).rejects.toThrow('is of version 20.18.3: 20.19 or newer is needed');
});

onPosix('then comes node in PATH', async () => {
  await fakeNode('20.19.0');
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  expect(await chooseNode(undefined)).toEqual({ path: 'node', env: {} });
});

onPosix('an old or missing one is passed over for the program that runs this', async () => {
  await fakeNode('18.20.8');
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  expect(await chooseNode(undefined)).toEqual({ path: process.execPath, env: {} });
});

onPosix('which acts as Node, when it is Electron, only if it is told to', async () => {
  vi.stubEnv('PATH', folder);
  vi.stubGlobal('process', {
    ...process,
    versions: { node: '22.1.0', electron: '32.2.6' },
    env: { PATH: folder },
  });
  expect(await chooseNode(undefined)).toEqual({ path: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } });
});

test('nothing of VS Code or of a debugger reaches the trainer', () => {
  vi.stubEnv('NODE_OPTIONS', '--require bootloader.js');
  vi.stubEnv('VSCODE_INSPECTOR_OPTIONS', '{}');
  vi.stubEnv('ELECTRON_RUN_AS_NODE', '1');
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '0');
  const names = Object.keys(trainerEnvironment());
  expect(names).toContain('CUDA_VISIBLE_DEVICES');
  expect(names.filter(name => /^(NODE_OPTIONS|VSCODE_|ELECTRON_)/.test(name))).toEqual([]);
});
