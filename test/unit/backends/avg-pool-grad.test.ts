/** The gradient of average pooling with padding, on whichever backend: TensorFlow does not count padding. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { chooseBackend, expectClose } from '../../parity/tolerance.ts';

beforeAll(chooseBackend);

test.each([
  // Windows {0, 1}, {1, 2}, {2}: the last holds one pixel of each row. Rows: {0, 1}, {1}.
  { size: [2, 2], stride: 1, expected: [0.25, 0.5, 0.75, 0.75, 1.5, 2.25] },
  // Windows {0, 1} and {1, 2}, the padding at both sides; of the rows all windows hold both.
  { size: [3, 3], stride: 2, expected: [0.25, 0.5, 0.25, 0.25, 0.5, 0.25] },
] as const)('of windows $size at stride $stride', ({ size, stride, expected }) => {
  const gradient = tf.tidy(() => {
    const pooled = (x: tf.Tensor): tf.Tensor => tf.avgPool(x as tf.Tensor4D, [...size], stride, 'same');
    return tf.grad(pooled)(tf.ones([1, 2, 3, 1]));
  });
  expect(gradient.shape).toEqual([1, 2, 3, 1]);
  expectClose(gradient.dataSync(), expected);
  gradient.dispose();
});
