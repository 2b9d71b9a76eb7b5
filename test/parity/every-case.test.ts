/**
 * That the parity tests miss nothing of what TF-Slim recorded. Each goes through the cases of its sections and fails on one
 * that it does not know; here are the sections, so that a new one is noticed as well.
 */

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixturePath, readFixtureJson } from '../fixture-files.ts';

/** Sections of each file by the test that goes through their cases. What holds no cases: inputs, notes, versions. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'train.json': { 'train-op.test.ts': ['train'], 'no cases': ['model'] },
  'optimizers.json': { 'optimizers.test.ts': ['dense', 'sparse'], 'no cases': ['note'] },
  'optimizer_pairs.json': {
    'optimizer-pairs.test.ts': ['cases'],
    'no cases': ['initial', 'targets', 'weights', 'settings'],
  },
  'losses.json': {
    'losses.test.ts': ['slim_losses', 'tf_losses', 'errors', 'total_loss'],
    'no cases': ['inputs', 'weights', 'note'],
  },
  'schedules.json': { 'schedules.test.ts': ['schedules'] },
  'variables.json': {
    'variables.test.ts': [
      'get_variables_to_restore',
      'get_variables',
      'get_variables_by_name',
      'get_unique_variable',
      'filter_variables',
      'assign_from_checkpoint',
      'assign_from_values',
    ],
  },
  'errors_and_loop.json': {
    'errors-and-loop.test.ts': ['create_train_op', 'train'],
    'no cases': ['tiny_model'],
  },
};

test('every file of slim-semantics has its tests', () => {
  const files = readdirSync(fixturePath('slim-semantics')).filter(name => name.endsWith('.json'));
  expect(files.sort()).toEqual(Object.keys(SECTIONS).sort());
});

describe('every section has its test', () => {
  test.each(Object.entries(SECTIONS))('%s', (file, byTest) => {
    const sections = Object.keys(readFixtureJson('slim-semantics', file) as object);
    expect(sections.sort()).toEqual([...Object.values(byTest).flat(), 'versions'].sort());
    const tests = Object.keys(byTest).filter(name => name !== 'no cases');
    expect(readdirSync(import.meta.dirname)).toEqual(expect.arrayContaining(tests));
  });
});
