import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureCompute } from '../../../src/backends/ensure-backend.ts';
import { findNative } from '../../../src/backends/native-backend.ts';
import type { NativeBackend } from '../../../src/backends/native-binding.ts';
import { fusedBatchNorm } from '../../../src/backends/native-kernels/fused-batch-norm.ts';
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

  function expectClose([native, cpu]: [number[], number[]], digits = 5): void {
    expect(native).toHaveLength(cpu.length);
    for (const [index, value] of cpu.entries()) expect(native[index]).toBeCloseTo(value, digits);
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

  test('batch norm: normalized inputs, their moments, and all three gradients', () => {
    const inputs = tf.reshape(matrix(24, 3), [2, 4, 3, 3]);
    const scale = tf.tensor1d([1, 2, -0.5]);
    const offset = tf.tensor1d([0.5, 0, -1]);
    const epsilon = 0.001;
    const fused = (x: Tensor, gamma: Tensor, beta: Tensor) => {
      const computed = fusedBatchNorm(tf, x, { scale: gamma, offset: beta }, epsilon);
      if (computed === null) throw new Error('The native backend has no fused batch norm.');
      return computed;
    };
    const composed = (x: Tensor, gamma: Tensor, beta: Tensor) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon))), gamma), beta);
    };
    const gradientsOf = (normalize: typeof composed) =>
      tf.grads((x, gamma, beta) => tf.sum(tf.pow(normalize(x, gamma, beta), 3)))([inputs, scale, offset]);
    const { outputs, mean, variance } = fused(inputs, scale, offset);
    const moments = tf.moments(inputs, [0, 1, 2]);
    const pairs: [Tensor, Tensor][] = [
      [outputs, composed(inputs, scale, offset)],
      [mean, moments.mean],
      [variance, tf.mul(moments.variance, 24 / 23)],
    ];
    const wanted = gradientsOf(composed);
    for (const [index, gradient] of gradientsOf((...given) => fused(...given).outputs).entries()) {
      pairs.push([gradient, wanted[index] ?? inputs]);
    }
    for (const [got, expected] of pairs) {
      expect(got.shape).toEqual(expected.shape);
      expectClose([[...got.dataSync()], [...expected.dataSync()]], 4);
    }
    expect(operationsOf(() => fused(inputs, scale, offset).outputs)).toEqual(['FusedBatchNormV3']);
  });

  test('batch norm leaves no tensors behind', () => {
    const inputs = tf.ones([2, 4, 3, 3]);
    const parameters = { scale: tf.ones([3]), offset: tf.zeros([3]) };
    const normalize = (x: Tensor) => tf.sum(fusedBatchNorm(tf, x, parameters, 0.001)?.outputs ?? x);
    const before = tf.memory().numTensors;
    tf.dispose(tf.tidy(() => tf.grad(normalize)(inputs)));
    expect(tf.memory().numTensors).toBe(before);
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
