/** Patterns of variable names in Python's dialect: what `re` of CPython 3.11 answered for them. */

import { describe, expect, test } from 'vitest';
import { compilePythonRegex } from '../../../src/restore/python-regex.ts';

const texts = [
  'conv1/weights:0',
  'conv10/weights:0',
  'Conv1/w',
  'fc8/biases:0',
  'xxa]b',
  'ab',
  'a]b',
  'zb',
  'a',
  'a\n',
  'conv.1',
  'conv1/conv',
  'co1',
  'convvv1',
  'scope/conv1/weights:0',
  '',
  'b/a:0',
];

/** Pattern, the texts that `re.match` finds, those that `re.search` finds. */
const answers: readonly (readonly [pattern: string, matched: readonly string[], found: readonly string[]])[] =
  [
    [
      'conv1',
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv', 'scope/conv1/weights:0'],
    ],
    ['conv1$', [], []],
    [
      '.*weights:0$',
      ['conv1/weights:0', 'conv10/weights:0', 'scope/conv1/weights:0'],
      ['conv1/weights:0', 'conv10/weights:0', 'scope/conv1/weights:0'],
    ],
    [
      '^conv',
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
    ],
    [
      '(?i)CONV1/',
      ['conv1/weights:0', 'Conv1/w', 'conv1/conv'],
      ['conv1/weights:0', 'Conv1/w', 'conv1/conv', 'scope/conv1/weights:0'],
    ],
    [
      '(?P<n>conv)\\d/(?P=n)?',
      ['conv1/weights:0', 'conv1/conv'],
      ['conv1/weights:0', 'conv1/conv', 'scope/conv1/weights:0'],
    ],
    [
      'conv{,2}1',
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv', 'scope/conv1/weights:0'],
    ],
    ['x{2}', ['xxa]b'], ['xxa]b']],
    ['[]a]b', ['ab'], ['xxa]b', 'ab', 'a]b']],
    ['[^]a]b', ['zb'], ['fc8/biases:0', 'zb']],
    ['a\\Z', ['a'], ['a']],
    [
      '\\Aconv',
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
    ],
    ['(?#comment)fc8', ['fc8/biases:0'], ['fc8/biases:0']],
    [
      'conv(?!10)',
      ['conv1/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
      ['conv1/weights:0', 'conv.1', 'conv1/conv', 'convvv1', 'scope/conv1/weights:0'],
    ],
    ['(?<=conv)1', [], ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv', 'scope/conv1/weights:0']],
    [
      'a|b',
      ['ab', 'a]b', 'a', 'a\n', 'b/a:0'],
      ['fc8/biases:0', 'xxa]b', 'ab', 'a]b', 'zb', 'a', 'a\n', 'b/a:0'],
    ],
    [
      '(?:conv|fc)[0-9]+/w',
      ['conv1/weights:0', 'conv10/weights:0'],
      ['conv1/weights:0', 'conv10/weights:0', 'scope/conv1/weights:0'],
    ],
    ['(?s).*', texts, texts],
    ['conv\\.1', ['conv.1'], ['conv.1']],
    [
      '[a-c]onv1',
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv1/conv', 'scope/conv1/weights:0'],
    ],
    ['\\w+/\\w+$', ['Conv1/w', 'conv1/conv'], ['Conv1/w', 'conv1/conv']],
    ['(?im)^FC8', ['fc8/biases:0'], ['fc8/biases:0']],
    ['(conv)1/\\1', ['conv1/conv'], ['conv1/conv']],
    [
      'c*?o',
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'co1', 'convvv1'],
      [
        'conv1/weights:0',
        'conv10/weights:0',
        'Conv1/w',
        'conv.1',
        'conv1/conv',
        'co1',
        'convvv1',
        'scope/conv1/weights:0',
      ],
    ],
    ['\\bweights', [], ['conv1/weights:0', 'conv10/weights:0', 'scope/conv1/weights:0']],
    ['conv1/', ['conv1/weights:0', 'conv1/conv'], ['conv1/weights:0', 'conv1/conv', 'scope/conv1/weights:0']],
    [
      '\\x63onv',
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1'],
      ['conv1/weights:0', 'conv10/weights:0', 'conv.1', 'conv1/conv', 'convvv1', 'scope/conv1/weights:0'],
    ],
    ['fc8/biases:0', ['fc8/biases:0'], ['fc8/biases:0']],
  ];

describe.each(answers)('%s', (pattern, matched, found) => {
  test('is matched from the start', () => {
    expect(texts.filter(text => compilePythonRegex(pattern).match(text))).toEqual(matched);
  });

  test('is found anywhere', () => {
    expect(texts.filter(text => compilePythonRegex(pattern).search(text))).toEqual(found);
  });
});

test.each(['(', '*a', 'a**', '[b', '(?P<1>a)', '(?P=x)', '\\q', 'a{2}{3}', '(?P<a>x)(?P<a>y)'])(
  '%s, an error in Python, is one here that shows the pattern',
  pattern => {
    expect(() => compilePythonRegex(pattern)).toThrow(JSON.stringify(pattern));
  },
);

test.each(['(?(1)a|b)', 'a++', '(?>a)', '(?x)a b', '(?L)a', 'a(?i)b', '\\N{DIGIT ONE}'])(
  '%s, which JavaScript has no equal for, is an error that shows the pattern',
  pattern => {
    expect(() => compilePythonRegex(pattern)).toThrow(JSON.stringify(pattern));
  },
);
