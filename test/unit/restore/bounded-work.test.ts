import { expect, test } from 'vitest';
import { planRestore, type StoredVariable } from '../../../src/restore/plan-restore.ts';
import { renameNames } from '../../../src/restore/renamed-names.ts';
import { EMPTY_MAPPING } from '../../../src/restore/restore-mapping.ts';
import { endsWithin } from '../../../src/restore/bounded-work.ts';

/** Takes years to find that it does not match. */
const ENDLESS = '(a+)+$';
const name = `${'a'.repeat(60)}/weights`;
const shape = [2];
const model = [{ name, shape, dtype: 'float32', role: 'model' } as const];
const stored = new Map<string, StoredVariable>([[name, { dtype: 'float32', shape }]]);

/** A wait in which the thread is not given the processor, as on a machine that is busy with something else. */
function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test('what had no processor is not ended by the clock: it begins anew and has longer', () => {
  let begun = 0;
  const isOver = endsWithin(50, () => {
    begun++;
    wait(300);
  });
  expect(isOver).toBe(true);
  expect(begun).toBeGreaterThan(1);
});

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

test('what was begun anew counts nothing twice', () => {
  const names = ['conv1/weights', 'conv2/weights'];
  let waits = 1;
  const slowOnce = new Proxy(names, {
    get: (target, key) => {
      if (key === '1' && waits-- > 0) wait(1500);
      return Reflect.get(target, key) as unknown;
    },
  });
  const { sources, rulesOf, changedBy, problems } = renameNames(slowOnce, [
    { pattern: 'conv', replacement: 'c' },
  ]);
  expect(problems).toEqual([]);
  expect(changedBy).toEqual([2]);
  expect([...sources]).toEqual([
    ['c1/weights', ['conv1/weights']],
    ['c2/weights', ['conv2/weights']],
  ]);
  expect([...rulesOf.values()].map(rules => rules.length)).toEqual([1, 1]);
});
