import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureCompute } from '../../../src/backends/ensure-backend.ts';
import type { TensorFlow } from '../../../src/backends/tensorflow-js.ts';

let tf: TensorFlow;

beforeAll(async () => {
  tf = (await ensureCompute({ prefer: 'embedded', searchFrom: [] })).tensorflow;
});

describe('the memory of the module', () => {
  test('grows, and tensors keep their numbers', () => {
    const before = tf.tensor1d([1, 2, 3]);
    const large = tf.tidy(() => tf.add(tf.zeros([32, 1024, 1024]), 1));
    const sum = tf.sum(tf.slice(large, [31, 1000, 0], [1, 24, 1024]));
    expect([...sum.dataSync(), ...before.dataSync()]).toEqual([24 * 1024, 1, 2, 3]);
    expect([...tf.matMul(tf.ones([2, 300]), tf.ones([300, 2])).dataSync()]).toEqual([300, 300, 300, 300]);
    large.dispose();
  });

  test('is used again', () => {
    for (let round = 0; round < 100; round++) tf.zeros([8, 1024, 1024]).dispose();
    expect(tf.tensor1d([7]).dataSync()[0]).toBe(7);
  });

  test('has an end', () => {
    const backend = tf.backend() as unknown as Pick<BackendWasm, 'makeOutput' | 'disposeData'>;
    const make = (gigabytes: number): TensorInfo => backend.makeOutput([gigabytes * 2 ** 28], 'float32');
    expect(() => make(2.5)).toThrow('There is no memory for a tensor of 2684354560 bytes');
    expect(() => make(3.99)).toThrow('There is no memory');
    const made = [make(1.5), make(1.5)];
    expect(() => make(1.5)).toThrow('There is no memory for a tensor of 1610612736 bytes');
    for (const { dataId } of made) backend.disposeData(dataId);
    backend.disposeData(make(1.5).dataId);
    expect(tf.tensor1d([7]).dataSync()[0]).toBe(7);
  });
});

describe('a process', () => {
  const start = `
    const { ensureCompute } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/backends/ensure-backend.ts'))});
    const { tensorflow: tf } = await ensureCompute({ prefer: 'embedded', searchFrom: [] });
    const x = tf.ones([300, 300]);`;

  async function run(
    script: string,
    ...flags: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const args = [...flags, '--import', 'tsx', '--input-type=module', '--eval', `${start}\n${script}`];
    try {
      const output = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
      return { code: 0, ...output };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  }

  test('ends by itself after threads have worked', async () => {
    const { code, stdout, stderr } = await run('console.log(tf.matMul(x, x).dataSync()[0]);');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '300\n', stderr: '' });
  });

  test('ends at once when told to, whatever threads do', async () => {
    const { code } = await run('tf.matMul(x, x).dataSync(); process.exit(3);');
    expect(code).toBe(3);
  });

  test.runIf(process.arch === 'x64')('says that a processor without SIMD is not enough', async () => {
    const { code, stderr } = await run('', '--no-enable-ssse3', '--no-enable-sse4-1');
    expect(code).toBe(1);
    expect(stderr).toContain('Error: The embedded backend computes with SIMD in WebAssembly');
  });

  test('fails as Node has it fail', async () => {
    const { code, stderr } = await run(`
      tf.matMul(x, x).dataSync();
      console.error(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'), typeof Worker);
      setTimeout(() => { throw new Error('of the script'); });`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^0 0 undefined\n/);
    expect(stderr).toContain('Error: of the script');
    expect(stderr.length).toBeLessThan(2000);
  });
});

test("a backend that is there already is not replaced: a script's tensors would be lost", async () => {
  const { startEmbedded } = await import('../../../src/backends/embedded-backend.ts');
  const foreign = { engine: () => ({ registry: { wasm: {} } }) } as unknown as TensorFlow;
  await expect(startEmbedded(foreign)).rejects.toThrow("leave out tf.setBackend('wasm')");
});
