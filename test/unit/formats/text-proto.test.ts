import { expect, test } from 'vitest';
import { parseTextProto } from '../../../src/formats/text-proto.ts';

test.each([
  ['comments where a colon belongs', `path ${'#'.repeat(100_000)}\n x`],
  ['lines of comments', `path ${'# a\n'.repeat(50_000)} x`],
  ['blanks', `path ${' '.repeat(200_000)} x`],
  ['comments after a string', `path: "a" ${'#\n#'.repeat(50_000)}\n 'b`],
  ['a string without an end', `path: "${String.raw`\"`.repeat(10_000)}`],
  ['digits', `path: ${'1'.repeat(200_000)}x`],
])('%s take no longer than they are long', (_, text) => {
  const began = process.cpuUsage();
  expect(() => parseTextProto(text)).toThrow(/^line \d+ has no /);
  expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
});

test('comments end with their line or with the text', () => {
  expect(parseTextProto('a # x: 1\n: 1 # y: 2')).toEqual([{ name: 'a', value: 1 }]);
  expect(parseTextProto('#\n#\na: "b" # c\n "d"#')).toEqual([{ name: 'a', value: 'bd' }]);
});
