import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs';
import { matrixColumns, matrixRows, multiply, multiplyTransposed } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { addressOf, inMemory } from './wasm-memory.ts';

/** From this many multiplications on, it is worth doing the products of a batch one by one. */
const LARGE = 1 << 14;

/** Products of matrices, on all threads, instead of the wasm backend's own, which it does number by number when transposed. */
export function batchMatMul(tf: TensorFlow, threads: TaskThreads): KernelConfig {
  const own = tf.getKernel('BatchMatMul', 'wasm');
  return {
    ...own,
    kernelFunc: parameters => {
      const { a, b } = parameters.inputs as unknown as { a: Tensor; b: Tensor };
      const { transposeA, transposeB } = parameters.attrs as unknown as Transposes;
      const batchShape = a.shape.slice(0, -2);
      const batch = tf.util.sizeFromShape(batchShape);
      const [rows = 1, inner = 1] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
      const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
      const isOurs =
        a.dtype === 'float32' &&
        b.dtype === 'float32' &&
        tf.util.arraysEqual(batchShape, b.shape.slice(0, -2)) &&
        (batch === 1 || rows * inner * columns >= LARGE);
      if (!isOurs) return own.kernelFunc(parameters);
      const { backend } = parameters;
      if (transposeA && transposeB) {
        return tf.tidy(() => tf.matMul(transposed(tf, a), b, false, true));
      }
      const output = inMemory(backend, [...batchShape, rows, columns], 'float32');
      for (let index = 0; index < batch; index++) {
        const of = (tensor: TensorInfo, size: number): number =>
          addressOf(backend, tensor) + 4 * index * size;
        const second = matrixColumns(of(b, inner * columns), inner, columns, transposeB);
        const to = of(output, rows * columns);
        if (transposeA) multiplyTransposed(threads, matrixRows(of(a, rows * inner), inner, rows), second, to);
        else multiply(threads, matrixRows(of(a, rows * inner), rows, inner), second, to);
      }
      return output;
    },
  };
}

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function transposed(tf: TensorFlow, tensor: Tensor): Tensor {
  const axes = tensor.shape.map((_, axis) => axis);
  return tf.transpose(tensor, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}
