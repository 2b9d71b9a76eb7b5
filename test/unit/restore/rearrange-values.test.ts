import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { copyRows, transposeElements } from '../../../src/restore/rearrange-values.ts';

const counting = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);

test.each([
  [
    [2, 3],
    [1, 0],
  ],
  [
    [4, 3, 2, 2],
    [2, 3, 1, 0],
  ],
  [
    [2, 3, 4],
    [2, 0, 1],
  ],
  [
    [2, 3, 4],
    [0, 1, 2],
  ],
  [
    [1, 5, 1],
    [1, 2, 0],
  ],
  [
    [0, 3],
    [1, 0],
  ],
])('elements of %j with the axes %j are as TensorFlow.js transposes them', (shape, axes) => {
  const values = counting(shape.reduce((product, size) => product * size, 1));
  const expected = tf.tidy(() => tf.tensor(values, shape).transpose(axes).dataSync());
  expect([...transposeElements(values, shape, axes)]).toEqual([...expected]);
});

test('rows of an inner axis go where they belong, the rest stays', () => {
  const into = new Float32Array(2 * 3 * 2).fill(-1);
  copyRows(counting(2 * 4 * 2), [2, 4, 2], into, [2, 3, 2], {
    axis: 1,
    rows: [
      { from: 3, into: 0, count: 1 },
      { from: 0, into: 2, count: 1 },
    ],
  });
  expect([...into]).toEqual([6, 7, -1, -1, 0, 1, 14, 15, -1, -1, 8, 9]);
});
