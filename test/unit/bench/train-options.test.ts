import { expect, test } from 'vitest';
import { parseOptions, RIVALS } from '../../bench/train/options.ts';
import { BENCHES } from '../../bench/train/workloads.ts';

test('everything is measured unless something is named', () => {
  expect(parseOptions([])).toEqual({
    benches: BENCHES,
    rivals: RIVALS,
    rounds: 5,
    backend: 'native',
    markdown: false,
  });
  expect(parseOptions(['mlp', 'digits', '--rival', 'tfjs', '--rounds', '3', '--markdown'])).toEqual({
    benches: ['mlp', 'digits'],
    rivals: ['tfjs'],
    rounds: 3,
    backend: 'native',
    markdown: true,
  });
});

test.each([[['mpl']], [['--rival', 'torch']], [['--rounds', '0']], [['--rounds', 'x']], [['--fast']]])(
  '%j is refused, with what there is',
  args => {
    expect(() => parseOptions(args)).toThrow(/npm run bench:train --/);
  },
);
