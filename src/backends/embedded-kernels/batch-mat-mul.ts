import type { KernelConfig, Rank, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';

/** From this many multiplications on, a product of matrices is worth copying its factors for. */
const LARGE = 1 << 20;

/**
 * The wasm backend has a fast product of two matrices, untransposed, and multiplies all else number by number. So
 * transposed matrices are transposed first (4 to 25 times faster), and large ones of a batch are taken one by one.
 */
export function batchMatMul(tf: TensorFlow): KernelConfig {
  const own = tf.getKernel('BatchMatMul', 'wasm');
  return {
    ...own,
    kernelFunc: parameters => {
      const { a, b } = parameters.inputs as unknown as { a: Tensor; b: Tensor };
      const { transposeA, transposeB } = parameters.attrs as unknown as {
        transposeA: boolean;
        transposeB: boolean;
      };
      const batchShape = a.shape.slice(0, -2);
      const batch = tf.util.sizeFromShape(batchShape);
      if (!tf.util.arraysEqual(batchShape, b.shape.slice(0, -2))) return own.kernelFunc(parameters);
      if (batch === 1) {
        if (!transposeA && !transposeB) return own.kernelFunc(parameters);
        return tf.tidy(() => {
          const factors = { a: transposeA ? transposed(tf, a) : a, b: transposeB ? transposed(tf, b) : b };
          const attrs = { transposeA: false, transposeB: false };
          const product = own.kernelFunc({ ...parameters, inputs: factors, attrs }) as TensorInfo;
          return tf.engine().makeTensorFromTensorInfo(product);
        });
      }
      const multiplications = (a.size / batch) * (b.shape.at(transposeB ? -2 : -1) ?? 1);
      if (multiplications < LARGE) return own.kernelFunc(parameters);
      return tf.tidy(() => {
        const products = Array.from({ length: batch }, (_, index) =>
          tf.matMul(matrix(tf, a, index), matrix(tf, b, index), transposeA, transposeB),
        );
        const stacked = tf.stack(products);
        return tf.reshape(stacked, [...batchShape, ...stacked.shape.slice(1)]);
      });
    },
  };
}

function transposed(tf: TensorFlow, tensor: Tensor): Tensor {
  const axes = tensor.shape.map((_, axis) => axis);
  return tf.transpose(tensor, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

/** The matrix at a place of a batch. */
function matrix(tf: TensorFlow, tensor: Tensor, index: number): Tensor<Rank.R2> {
  const shape = tensor.shape.slice(-2) as [number, number];
  return tf.reshape(tf.slice(tf.reshape(tensor, [-1, ...shape]), [index, 0, 0], [1, ...shape]), shape);
}
