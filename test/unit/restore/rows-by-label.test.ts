import { expect, test } from 'vitest';
import { labelsIn, rowsByLabel } from '../../../src/restore/rows-by-label.ts';

const animals = ['ant', 'bee', 'cat', 'dog', 'eel'];

test('rows of the same label are paired, those in a row as one range', () => {
  const stored = { labels: animals, shape: [8, 5] };
  expect(rowsByLabel(stored, { labels: ['bee', 'cat', 'yak', 'ant'], shape: [8, 4] })).toEqual({
    axis: 1,
    ranges: [
      { from: 1, into: 0, count: 2 },
      { from: 0, into: 3, count: 1 },
    ],
  });
});

test('labels count rows of the last axis that has as many', () => {
  const labels = ['a', 'b'];
  expect(rowsByLabel({ labels, shape: [2, 2] }, { labels, shape: [2, 2] }).axis).toBe(1);
  expect(rowsByLabel({ labels: animals, shape: [5] }, { labels: ['eel'], shape: [1] })).toEqual({
    axis: 0,
    ranges: [{ from: 4, into: 0, count: 1 }],
  });
});

test.each([
  [{ labels: animals, shape: [4] }, { labels: ['a'], shape: [1] }, /5 labels for the checkpoint's \[4\]/],
  [{ labels: animals, shape: [5, 3] }, { labels: ['a'], shape: [1, 4] }, /one for each row of the axis/],
  [{ labels: ['a', 'a'], shape: [2] }, { labels: ['a'], shape: [1] }, /"a" is in lines 1 and 2/],
  [{ labels: ['a'], shape: [1] }, { labels: ['b'], shape: [1] }, /No label is in both/],
])('%j and %j', (stored, wanted, message) => {
  expect(() => rowsByLabel(stored, wanted)).toThrow(message);
});

test('a label is a line, whatever ends it', () => {
  expect(labelsIn('tabby cat\r\n\r\nmud  turtle \n\n')).toEqual(['tabby cat', '', 'mud  turtle']);
});
