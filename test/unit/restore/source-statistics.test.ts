import { expect, test } from 'vitest';
import type { Checkpoint, CheckpointFormat } from '../../../src/formats/checkpoint.ts';
import { float32Tensor, stringTensor, type TensorValue } from '../../../src/formats/tensor-value.ts';
import { rowsOf, sourceStatistics } from '../../../src/restore/source-statistics.ts';

/** 4 rows of 3: 0 1 2, 10 11 12, ... */
const matrix = float32Tensor([4, 3], Float32Array.of(0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, NaN));

function checkpointOf(value: TensorValue, format: CheckpointFormat): Checkpoint {
  const nothing = (): Promise<never> => Promise.reject(new Error('Not here.'));
  return {
    prefix: 'p',
    format,
    variables: new Map(),
    problems: [],
    read: () => Promise.resolve(value),
    check: nothing,
    verify: nothing,
    readableNames: nothing,
    close: nothing,
  };
}

function numbers({ bytes }: TensorValue): number[] {
  return [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)];
}

test('rows along an axis, in the order in which they are copied', () => {
  const rows = [
    { from: 2, into: 0, count: 1 },
    { from: 0, into: 1, count: 2 },
  ];
  const first = rowsOf(matrix, { kind: 'rows', axis: 0, rows });
  expect([first.shape, numbers(first)]).toEqual([
    [3, 3],
    [20, 21, 22, 0, 1, 2, 10, 11, 12],
  ]);
  const second = rowsOf(matrix, { kind: 'rows', axis: 1, rows: [{ from: 1, into: 5, count: 2 }] });
  expect([second.shape, numbers(second)]).toEqual([
    [4, 2],
    [1, 2, 11, 12, 21, 22, 31, NaN],
  ]);
});

test('statistics of all values and of the rows that are copied, over the same bins', async () => {
  const rows = [{ from: 1, into: 0, count: 2 }];
  const {
    all,
    rows: part,
    isVerified,
  } = await sourceStatistics(checkpointOf(matrix, 'v2'), 'm', {
    kind: 'rows',
    axis: 0,
    rows,
  });
  expect(all).toMatchObject({ count: 12, nans: 1, zeros: 1, finite: { min: 0, max: 31 } });
  expect(part).toMatchObject({ count: 6, nans: 0, finite: { min: 10, max: 22, mean: 16 } });
  expect(part?.finite?.bins).toMatchObject({ from: 0, to: 31 });
  expect(part?.finite?.bins.counts.reduce((sum, count) => sum + count)).toBe(6);
  expect(isVerified).toBe(true);
});

test('a file without checksums, and one without numbers', async () => {
  expect((await sourceStatistics(checkpointOf(matrix, 'npy'), 'm', null)).isVerified).toBe(false);
  const words = stringTensor([1], ['a']);
  expect(await sourceStatistics(checkpointOf(words, 'v2'), 'm', null)).toEqual({
    all: null,
    rows: null,
    isVerified: true,
  });
});
