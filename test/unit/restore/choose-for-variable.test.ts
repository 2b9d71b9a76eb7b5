import { expect, test } from 'vitest';
import { chooseAction, chooseNoSource, choosePair } from '../../../src/restore/choose-for-variable.ts';

test.each([
  [[5, 3], [5, 3], { from: 's' }],
  [[9, 3], [5, 3], { from: 's', action: 'partial' }],
  [[3, 5], [5, 3], { from: 's', action: 'transpose' }],
  [[15], [5, 3], { from: 's', action: 'reshape' }],
  // What is wrong is said of it, and another action is chosen then.
  [[7], [5, 3], { from: 's' }],
])('a pair of %j for %j begins with what its shape allows', (stored, wanted, choice) => {
  expect(choosePair('s', stored, wanted)).toEqual(choice);
});

test('an action keeps the source, and is not said where it goes without saying', () => {
  expect(chooseAction(undefined, 'skip', false)).toEqual({ action: 'skip' });
  expect(chooseAction({ from: 's', action: 'partial', rows: [] }, 'skip', false)).toEqual({
    from: 's',
    action: 'skip',
  });
  expect(chooseAction({ from: 's', action: 'skip' }, 'restore', false)).toEqual({ from: 's' });
  expect(chooseAction({ action: 'skip' }, 'restore', false)).toBeNull();
  expect(chooseAction({ action: 'skip' }, 'initialize', false)).toBeNull();
});

test('what patterns leave out is restored by being named', () => {
  expect(chooseAction(undefined, 'restore', true)).toEqual({ action: 'restore' });
});

test('the rows that were chosen stay with the same action', () => {
  const rows = [{ from: 1, into: 0, count: 1 }];
  expect(chooseAction({ action: 'partial', rows }, 'partial', false)).toEqual({ action: 'partial', rows });
});

test('without its source a variable is as its name and the rules have it, or skipped', () => {
  expect(chooseNoSource({ from: 's', action: 'partial' })).toBeNull();
  expect(chooseNoSource(undefined)).toEqual({ action: 'skip' });
});
