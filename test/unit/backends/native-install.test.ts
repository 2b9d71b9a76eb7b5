import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPythonTensorFlow } from '../../../src/backends/native-build.ts';
import { installNative, nativeStatus } from '../../../src/backends/native-install.ts';
import { runTool } from '../../../src/backends/run-tool.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-training-install-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("finds TensorFlow's libraries in a Python environment and in its package", async () => {
  const tensorflow = join(folder, 'lib', 'python3.11', 'site-packages', 'tensorflow');
  await mkdir(join(tensorflow, 'include'), { recursive: true });
  await expect(findPythonTensorFlow(folder)).rejects.toThrow(`In ${folder} is no TensorFlow 2.12`);
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    await writeFile(join(tensorflow, name), '');
  }
  expect(await findPythonTensorFlow(folder)).toBe(tensorflow);
  expect(await findPythonTensorFlow(tensorflow)).toBe(tensorflow);
});

test('an installation that cannot be is refused before anything is fetched, and leaves nothing', async () => {
  const messages: string[] = [];
  const options = { folder: join(folder, 'native'), pythonTensorflow: join(folder, 'nowhere') };
  await expect(installNative(options, message => messages.push(message))).rejects.toThrow('is no TensorFlow');
  expect(messages).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('a failing program is told with the end of what it said', async () => {
  const script = 'for (let i = 0; i < 30; i++) console.log("line " + i); process.exit(3)';
  const failure = runTool(process.execPath, ['-e', script]);
  await expect(failure).rejects.toThrow('ended with code 3:\nline 18\n');
  await expect(runTool(join(folder, 'nowhere'), [])).rejects.toThrow('ENOENT');
});

test('status says in one line why a copy does not work', async () => {
  const installed = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, 'package.json'), '{ "main": "main.js" }');
  await writeFile(join(installed, 'main.js'), 'throw new Error("libtensorflow.so.2: no such file");');
  const [status] = await nativeStatus([folder]);
  expect(status).toEqual({
    folder: installed,
    origin: 'workspace',
    problem: 'libtensorflow.so.2: no such file',
  });
});
