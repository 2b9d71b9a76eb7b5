import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureCompute } from '../../../src/backends/ensure-backend.ts';
import { findNative, type NativeBackend } from '../../../src/backends/native-backend.ts';
import type { TensorFlow } from '../../../src/backends/tensorflow-js.ts';

const noNative =
  findNative([]).length === 0 ? 'the native backend is not installed: slim-train native install' : '';

describe.skipIf(noNative !== '')(`native kernels ${noNative}`, () => {
  let tf: TensorFlow;

  beforeAll(async () => {
    tf = (await ensureCompute({ prefer: 'native', searchFrom: [] })).tensorflow;
  });

  /** What both backends make of it. */
  async function onBoth(compute: () => Tensor): Promise<[number[], number[]]> {
    const values: number[][] = [];
    for (const backend of ['tensorflow', 'cpu']) {
      await tf.setBackend(backend);
      values.push([...tf.tidy(compute).dataSync()]);
    }
    await tf.setBackend('tensorflow');
    const [native = [], cpu = []] = values;
    return [native, cpu];
  }

  const matrix = (rows: number, columns: number) =>
    tf.reshape(tf.cos(tf.mul(tf.range(0, rows * columns), 3.7)), [rows, columns]);

  function expectClose([native, cpu]: [number[], number[]]): void {
    expect(native).toHaveLength(cpu.length);
    for (const [index, value] of cpu.entries()) expect(native[index]).toBeCloseTo(value, 5);
  }

  test('are those of a libtensorflow that says its version', async () => {
    const { info } = await ensureCompute({ searchFrom: [] });
    expect(info.description).toBe(`native (libtensorflow ${info.libtensorflow ?? ''})`);
    expect(info.libtensorflow).toMatch(/^\d+\.\d+\.\d+/);
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('matMul, transposed %s and %s', async (transposeA, transposeB) => {
    expectClose(
      await onBoth(() =>
        tf.matMul(
          transposeA ? matrix(5, 3) : matrix(3, 5),
          transposeB ? matrix(4, 5) : matrix(5, 4),
          transposeA,
          transposeB,
        ),
      ),
    );
  });

  test('matMul of batches is left as it was', async () => {
    expectClose(
      await onBoth(() =>
        tf.matMul(tf.reshape(matrix(6, 5), [2, 3, 5]), tf.reshape(matrix(10, 4), [2, 5, 4])),
      ),
    );
  });

  test('matMul of two matrices is one TensorFlow operation MatMul', () => {
    const operations = operationsOf(() => tf.matMul(matrix(2, 3), matrix(3, 2)));
    expect(operations).toContain('MatMul');
    expect(operations).not.toContain('BatchMatMulV2');
  });

  test('the gradient of relu, of its gradient, and where it has none', async () => {
    const relu = (x: Tensor) => tf.sum(tf.square(tf.relu(x)));
    const input = () => tf.concat([tf.reshape(matrix(4, 4), [16]), tf.zeros([2])]);
    expectClose(await onBoth(() => tf.grad(relu)(input())));
    expectClose(await onBoth(() => tf.grad(x => tf.sum(tf.pow(tf.grad(relu)(x), 3)))(input())));
    expect(operationsOf(() => tf.grad(relu)(input()))).toContain('ReluGrad');
  });

  /** Names of the TensorFlow operations that are run. */
  function operationsOf(act: () => Tensor): string[] {
    const backend = tf.backend() as NativeBackend;
    const { binding } = backend;
    const names: string[] = [];
    const executeOp = (name: string, ...rest: unknown[]): unknown => {
      names.push(name);
      return (binding as unknown as { executeOp: (...all: unknown[]) => unknown }).executeOp(name, ...rest);
    };
    Reflect.set(backend, 'binding', Object.create(binding, { executeOp: { value: executeOp } }));
    try {
      tf.tidy(act);
    } finally {
      Reflect.set(backend, 'binding', binding);
    }
    return names;
  }
});
