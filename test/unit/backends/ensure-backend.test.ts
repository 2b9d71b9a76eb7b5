import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureBackend, ensureCompute } from '../../../src/backends/ensure-backend.ts';
import { findNative } from '../../../src/backends/native-backend.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-training-backends-'));
  vi.stubEnv('SLIM_TRAINING_NATIVE', join(folder, 'user'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  // A process decides once: each test is a process anew.
  Reflect.deleteProperty(globalThis, Symbol.for('slim-training.compute'));
  await rm(folder, { recursive: true, force: true });
});

/** A package that bears the name of tfjs-node. */
async function installFake(where: string, { main = '', addon = false }): Promise<string> {
  const installed = join(folder, where, 'node_modules', '@tensorflow', 'tfjs-node');
  const lib = join(installed, 'lib', 'napi-v8');
  await mkdir(addon ? lib : installed, { recursive: true });
  if (addon) await writeFile(join(lib, 'tfjs_binding.node'), '');
  await writeFile(join(installed, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "main.js" }');
  await writeFile(join(installed, 'main.js'), main);
  return installed;
}

test("finds the workspace's copy before the user's", async () => {
  const user = await installFake('user', {});
  const workspace = await installFake('workspace', {});
  expect(findNative([join(folder, 'workspace', 'models')])).toEqual([
    { folder: workspace, origin: 'workspace' },
    { folder: user, origin: 'user' },
  ]);
});

test('where native is not installed, takes the embedded backend and says how to get the other', async () => {
  const { info, native, tensorflow } = await ensureCompute({ searchFrom: [folder] });
  expect(info.name).toBe('embedded');
  expect(info.description).toMatch(/^embedded \(WebAssembly, \d threads?\)$/);
  expect(info.note).toContain('`slim-train native install`');
  expect(native).toBeUndefined();
  expect(tensorflow.getBackend()).toBe('wasm');
});

test('where no copy loads, says why of each, and leaves no kernels of theirs', async () => {
  const withoutAddon = await installFake('workspace', {});
  const broken = await installFake('user', {
    addon: true,
    main: `require('@tensorflow/tfjs').registerKernel({ kernelName: 'Abs', backendName: 'tensorflow', kernelFunc() {} });
throw new Error('wrong architecture\\nand more');`,
  });
  const tfjs = join(broken, '..', 'tfjs');
  await mkdir(tfjs);
  await writeFile(join(tfjs, 'index.js'), '');
  await mkdir(join(broken, '..', 'tfjs-core'));
  await writeFile(join(broken, '..', 'tfjs-core', 'index.js'), '');
  const { info, tensorflow } = await ensureCompute({ searchFrom: [join(folder, 'workspace')] });
  expect(info.name).toBe('embedded');
  expect(info.note).toContain(`${withoutAddon} has no addon`);
  expect(info.note).toContain(`${broken} does not load: wrong architecture`);
  expect(info.note).not.toContain('and more');
  expect(tensorflow.getKernelsForBackend('tensorflow')).toEqual([]);
});

test('whoever asks for native gets it or an error', async () => {
  await expect(ensureBackend({ prefer: 'native', searchFrom: [folder] })).rejects.toThrow(
    'is not installed: `slim-train native install` gets it. Leave out --backend',
  );
});

test('the first in a process decides, and a failure decides nothing', async () => {
  await expect(ensureBackend({ prefer: 'native', searchFrom: [folder] })).rejects.toThrow();
  const first = await ensureBackend({ prefer: 'embedded', searchFrom: [folder] });
  expect(await ensureBackend({ prefer: 'native', searchFrom: [folder] })).toBe(first);
  expect(first.note).toBe('The embedded backend was asked for');
});
