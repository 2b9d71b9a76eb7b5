import { expect, test } from 'vitest';
import { isRestoreReport } from '../../../src/protocol/restore.ts';

const entry = {
  variable: 'conv1/weights',
  source: null,
  outcome: 'initialized',
  match: 'none',
  reason: 'not in the checkpoint',
  nearest: ['conv/weights'],
};

test('a report is one, whatever else it holds', () => {
  expect(isRestoreReport({ from: 'model.ckpt-7', entries: [entry], mood: 'good' })).toBe(true);
});

test.each([
  null,
  {},
  { from: 'model.ckpt-7', entries: {} },
  { from: 'model.ckpt-7', entries: [null] },
  { from: 'model.ckpt-7', entries: [{ ...entry, outcome: 'stolen' }] },
  { from: 'model.ckpt-7', entries: [{ ...entry, variable: 7 }] },
  { from: 'model.ckpt-7', entries: [{ ...entry, score: 'high' }] },
])('%j is no report', value => {
  expect(isRestoreReport(value)).toBe(false);
});
