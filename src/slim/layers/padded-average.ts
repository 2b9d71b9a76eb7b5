import * as tf from '@tensorflow/tfjs';

/**
 * Averages windows of inputs with `SAME` padding, which does not count: pads with zeros, averages whole windows, and
 * makes up for the zeros in them.
 *
 * TF.js's own way has a wrong gradient on the cpu and wasm backends: it divides by the whole window at the border, too.
 *
 * @param average Averages whole windows (`VALID`).
 */
export function paddedAverage<T extends tf.Tensor>(
  inputs: T,
  kernel: readonly number[],
  strides: readonly number[],
  average: (padded: T) => T,
): T {
  const borders = kernel.map((window, i) => border(inputs.shape[i + 1] ?? 1, window, strides[i] ?? 1));
  const padded = inputs.pad([
    [0, 0],
    ...borders.map(({ before, after }): [number, number] => [before, after]),
    [0, 0],
  ]);
  const scale = borders.reduce<tf.Tensor>((product, { factors }, i) => {
    const shape = inputs.shape.map((_, axis) => (axis === i + 1 ? factors.length : 1));
    return product.mul(tf.tensor([...factors], shape));
  }, tf.scalar(1));
  return average(padded as T).mul(scale);
}

interface Border {
  readonly before: number;
  readonly after: number;
  /** For each window along the dimension: its size by how much of it is no padding. */
  readonly factors: readonly number[];
}

function border(size: number, window: number, stride: number): Border {
  const count = Math.ceil(size / stride);
  const total = Math.max((count - 1) * stride + window - size, 0);
  const before = Math.floor(total / 2);
  const factors = Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return window / (Math.min(start + window, size) - Math.max(start, 0));
  });
  return { before, after: total - before, factors };
}
