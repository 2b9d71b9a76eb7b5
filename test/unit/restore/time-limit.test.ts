import { expect, test } from 'vitest';
import { planRestore, type StoredVariable } from '../../../src/restore/plan-restore.ts';
import { EMPTY_MAPPING } from '../../../src/restore/restore-mapping.ts';
import { endsWithin } from '../../../src/restore/time-limit.ts';

/** Takes years to find that it does not match. */
const ENDLESS = '(a+)+$';
const name = `${'a'.repeat(60)}/weights`;
const shape = [2];
const model = [{ name, shape, dtype: 'float32', role: 'model' } as const];
const stored = new Map<string, StoredVariable>([[name, { dtype: 'float32', shape }]]);

test('what takes too long is ended; what is thrown comes through', () => {
  expect(endsWithin(50, () => undefined)).toBe(true);
  expect(
    endsWithin(50, () => {
      for (;;);
    }),
  ).toBe(false);
  expect(() => endsWithin(50, () => void JSON.parse('{'))).toThrow(SyntaxError);
});

test.each([
  [
    { include: ['.*', ENDLESS, 'later'] },
    'the pattern "(a+)+$" in include takes more than 1 s',
    ['include', 1],
  ],
  [{ exclude: [ENDLESS] }, 'the pattern "(a+)+$" in exclude takes more than 1 s', ['exclude', 0]],
  [
    {
      rename: [
        { pattern: 'w', replacement: 'v' },
        { pattern: ENDLESS, replacement: '' },
      ],
    },
    'the rename rule "(a+)+$" takes more than 1 s',
    ['rename', 1],
  ],
])('a pattern that tries everything is a problem of the mapping: %j', (part, message, at) => {
  const { problems } = planRestore(model, stored, { ...EMPTY_MAPPING, ...part });
  expect(problems.map(({ at }) => at)).toEqual([at]);
  expect(problems[0]?.message).toContain(message);
});
