import { describe, expect, test } from 'vitest';
import { NameIndex } from '../../../src/restore/name-index.ts';
import { nameSimilarity } from '../../../src/restore/name-similarity.ts';
import { compilePythonRegex } from '../../../src/restore/python-regex.ts';

describe('similarity of names', () => {
  test.each([
    ['fc6/weights', 'vgg_16/fc_6/kernel', 'fc7/weights'],
    ['conv1/weights', 'net/conv1/weight', 'conv2/weights'],
    ['conv1/biases', 'conv1/bias', 'conv1/weights'],
    ['bn/moving_mean', 'bn/running_mean', 'bn/moving_variance'],
    ['block1/unit_10/conv1/weights', 'resnet/block1/unit_10/conv1/weights', 'block1/unit_11/conv1/weights'],
    ['layer1.0.conv1.weight', 'resnet/layer1/0/conv1/weights', 'layer1.1.conv1.weight'],
  ])('%s is more like %s than like %s', (name, near, far) => {
    expect(nameSimilarity(name, near)).toBeGreaterThan(nameSimilarity(name, far));
    expect(nameSimilarity(near, name)).toBe(nameSimilarity(name, near));
    expect(nameSimilarity(name, name)).toBe(1);
  });

  test('the index finds what comparing all would find', () => {
    const names = ['conv', 'fc', 'logits'].flatMap(layer =>
      [1, 2, 3, 12, 21].flatMap(number => ['weights', 'biases'].map(last => `net/${layer}${number}/${last}`)),
    );
    const index = new NameIndex(names);
    for (const name of ['conv_12/kernel', 'model/fc3/bias', 'lgoits21/weights']) {
      const best = names.toSorted((a, b) => nameSimilarity(name, b) - nameSimilarity(name, a))[0];
      expect(index.similarTo(name)[0]?.name, name).toBe(best);
    }
    expect(index.similarTo('quux')).toEqual([]);
  });
});

/** What Python 3.11 answers to `re.sub(pattern, replacement, text)`. */
test.each([
  ['vgg_16/', '', 'vgg_16/conv1/weights', 'conv1/weights'],
  ['^a', 'b', 'aaa', 'baa'],
  ['(\\w+)/(\\w+)', '\\2/\\1', 'conv1/weights', 'weights/conv1'],
  ['(?P<layer>conv)(\\d)', '\\g<layer>_\\g<2>', 'conv1/conv2', 'conv_1/conv_2'],
  ['x*', '-', 'abxd', '-a-b--d-'],
  ['(a)|b', '[\\1]', 'ab', '[a][]'],
  ['a', '$1 $& \\\\', 'a', '$1 $& \\'],
  ['(?i)CONV', 'c', 'Conv1', 'c1'],
])('re.sub(%j, %j, %j) is %j', (pattern, replacement, text, expected) => {
  expect(compilePythonRegex(pattern).substitute(replacement)(text)).toBe(expected);
});

test.each([
  ['(a)', '\\2', 'no group 2'],
  ['(a)', '\\g<b>', 'no group b'],
  ['a', '\\q', '\\q means nothing'],
  ['a', 'b\\', 'a backslash at its end'],
])('re.sub(%j, %j) is refused: %s', (pattern, replacement, message) => {
  expect(() => compilePythonRegex(pattern).substitute(replacement)).toThrow(message);
});
