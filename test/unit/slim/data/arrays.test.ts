/** In-memory data: batches, epochs, order, and going on where it stopped. */

import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { arrays } from '../../../../src/slim/data/arrays.ts';
import type { BatchOptions, IndexedSource } from '../../../../src/slim/data/indexed-source.ts';
import { holdOut } from '../../../../src/slim/data/hold-out.ts';

type Numbers = IndexedSource<{ x: tf.Tensor }>;

function countTo(length: number, options: BatchOptions): Numbers {
  const values = Float32Array.from({ length }, (_, index) => index);
  return arrays({ x: { values, shape: [length] } }, options);
}

async function take(source: Numbers, batches: number): Promise<number[][]> {
  const taken: number[][] = [];
  for (let index = 0; index < batches; index++) {
    const batch = await source.next();
    if (batch === null) break;
    taken.push([...batch.x.dataSync()]);
    tf.dispose(batch);
  }
  return taken;
}

describe('batches', () => {
  test('follow each other, the last one of an epoch with what is left', async () => {
    const source = countTo(5, { batchSize: 2, shuffle: false });
    expect(await take(source, 4)).toEqual([[0, 1], [2, 3], [4], [0, 1]]);
    expect(source.batchesPerEpoch).toBe(3);
  });

  test.each([1, 3, 32, 33, 100])('hold whole rows, of %i numbers', async rowSize => {
    const rowOf = (row: number): number[] =>
      Array.from({ length: rowSize }, (_, index) => 1000 * row + index);
    const values = Float32Array.from([0, 1, 2, 3, 4].flatMap(rowOf));
    const source = arrays({ x: { values, shape: [5, rowSize] } }, { batchSize: 5, seed: 3 });
    const [batch = []] = await take(source, 1);
    const order = [0, 1, 2, 3, 4].map(at => Math.floor((batch[at * rowSize] ?? 0) / 1000));
    expect(order.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(order).not.toEqual([0, 1, 2, 3, 4]);
    expect(batch).toEqual(order.flatMap(rowOf));
  });

  test('leave out what does not fill one, when they are told to', async () => {
    const source = countTo(5, { batchSize: 2, shuffle: false, dropRemainder: true });
    expect(await take(source, 3)).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ]);
  });

  test('end after numEpochs', async () => {
    const source = countTo(4, { batchSize: 2, shuffle: false, numEpochs: 2 });
    expect(await take(source, 9)).toHaveLength(4);
    expect(await source.next()).toBeNull();
    expect(await source.peek()).toBeNull();
  });

  test('may be looked at without being taken', async () => {
    const source = countTo(4, { batchSize: 2 });
    const seen = await source.peek();
    const [taken] = await take(source, 1);
    expect([...(seen?.x.dataSync() ?? [])]).toEqual(taken);
  });

  test('keep rows, types and shapes', async () => {
    const source = arrays(
      {
        images: { values: Uint8Array.from([1, 2, 3, 4, 250, 251, 252, 253]), shape: [2, 2, 2] },
        labels: tf.tensor1d([7, 9], 'int32'),
        flags: tf.tensor1d([true, false]),
      },
      { batchSize: 2, shuffle: false },
    );
    const batch = await source.next();
    expect(batch?.images.shape).toEqual([2, 2, 2]);
    expect(batch?.images.dtype).toBe('float32');
    expect([...(batch?.images.dataSync() ?? [])]).toEqual([1, 2, 3, 4, 250, 251, 252, 253]);
    expect(batch?.labels.dtype).toBe('int32');
    expect([...(batch?.labels.dataSync() ?? [])]).toEqual([7, 9]);
    expect(batch?.flags.dtype).toBe('bool');
  });
});

describe('shuffling', () => {
  test('takes every example once an epoch, in another order in each', async () => {
    const source = countTo(64, { batchSize: 64 });
    const [first, second] = await take(source, 2);
    expect(first).not.toEqual(second);
    for (const epoch of [first, second])
      expect([...(epoch ?? [])].sort((a, b) => a - b)).toEqual([...Array(64).keys()]);
  });

  test('is the seed’s alone', async () => {
    const [a, b, other] = await Promise.all(
      [1, 1, 2].map(seed => take(countTo(32, { batchSize: 32, seed }), 2)),
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(other);
  });
});

describe('a position', () => {
  test('is gone on from, in any epoch', async () => {
    for (const taken of [0, 1, 3, 4, 7]) {
      const source = countTo(10, { batchSize: 3 });
      await take(source, taken);
      const again = countTo(10, { batchSize: 3 });
      await again.seek(source.position());
      expect(await take(again, 5)).toEqual(await take(source, 5));
    }
  });

  test('of other data is refused', async () => {
    const position = { epoch: 0, index: 9, seed: 1 };
    await expect(countTo(9, { batchSize: 3, seed: 1 }).seek(position)).rejects.toThrow(
      '9 examples in batches of 3 have no such place',
    );
    await expect(countTo(20, { batchSize: 2, seed: 1 }).seek(position)).rejects.toThrow('no such place');
    await expect(countTo(20, { batchSize: 3, seed: 2 }).seek(position)).rejects.toThrow(
      'shuffled by seed 1, and now are by 2',
    );
  });
});

test.each([
  [
    'no examples',
    () => arrays({ x: { values: new Float32Array(0), shape: [0, 2] } }),
    'at least one. Found x: 0',
  ],
  [
    'differing numbers of examples',
    () => arrays({ x: tf.ones([3, 2]), y: tf.ones([4]) }),
    'the same number of examples, at least one. Found x: 3, y: 4',
  ],
  [
    'too few values',
    () => arrays({ x: { values: new Float32Array(5), shape: [3, 2] } }),
    'x has 5 values, but the shape [3, 2] takes 6',
  ],
  ['strings', () => arrays({ x: tf.tensor1d(['a']) }), 'x is string'],
  ['batches of none', () => countTo(3, { batchSize: 0 }), 'batchSize has to be a positive integer: 0'],
  [
    'too large a batch',
    () => countTo(3, { batchSize: 4, dropRemainder: true }),
    'A batch of 4 takes more than the 3 examples',
  ],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test('holdOut takes every n-th example out', () => {
  const { train, heldOut } = holdOut({ x: tf.tensor1d([0, 1, 2, 3, 4, 5, 6]) }, 3);
  expect([...train.x.dataSync()]).toEqual([0, 1, 3, 4, 6]);
  expect([...heldOut.x.dataSync()]).toEqual([2, 5]);
  expect(() => holdOut({ x: tf.ones([2]) }, 1)).toThrow('n an integer above 1');
});
