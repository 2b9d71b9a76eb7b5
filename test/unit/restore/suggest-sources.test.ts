import { expect, test } from 'vitest';
import type { StoredVariable } from '../../../src/restore/plan-restore.ts';
import { planRestore, type TargetVariable } from '../../../src/restore/plan-restore.ts';
import { proposeMapping, suggestSources } from '../../../src/restore/suggest-sources.ts';

function model(shapes: Readonly<Record<string, readonly number[]>>): TargetVariable[] {
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'float32', role: 'model' }));
}

function stored(shapes: Readonly<Record<string, readonly number[]>>): Map<string, StoredVariable> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'float32', shape }]));
}

test('sources of the same shape come first, the most alike at their head', () => {
  const checkpoint = stored({ 'fc6/weights': [3], 'vgg/fc7/kernel': [2], 'vgg/fc6/kernel': [2], mean: [2] });
  const suggested = suggestSources({ name: 'fc6/weights', shape: [2] }, checkpoint);
  expect(suggested.map(({ source, fits }) => `${source} ${fits}`)).toEqual([
    'vgg/fc6/kernel true',
    'vgg/fc7/kernel true',
    'mean true',
    'fc6/weights false',
  ]);
});

test('a scope in front of most names becomes a rule, names that are alike become pairs', () => {
  const targets = model({
    'conv1/weights': [5],
    'conv1/biases': [3],
    'conv2/weights': [5],
    'fc6/weights': [7],
    'fc7/weights': [8],
    'fc8/weights': [9],
    'head/weights': [2],
  });
  const checkpoint = stored({
    'vgg_16/conv1/weights': [5],
    'vgg_16/conv1/biases': [3],
    'vgg_16/conv2/weights': [5],
    'vgg_16/fc_6/kernel': [7],
    'fc7/weights': [8],
    'vgg_16/fc8/weights': [1000],
    'vgg_16/mean_rgb': [3],
  });
  const mapping = proposeMapping(targets, checkpoint);
  expect(mapping).toMatchObject({
    rename: [{ pattern: '^vgg_16/', replacement: '' }],
    variables: { 'fc6/weights': { from: 'vgg_16/fc_6/kernel' } },
  });
  const { entries } = planRestore(targets, checkpoint, mapping);
  expect(entries.map(({ variable, outcome }) => `${variable ?? '-'} ${outcome}`)).toEqual([
    'conv1/weights restored',
    'conv1/biases restored',
    'conv2/weights restored',
    'fc6/weights restored',
    'fc7/weights restored',
    'fc8/weights initialized',
    'head/weights initialized',
    '- unused',
  ]);
});

test('equal names need no mapping, and what is not alike is not guessed', () => {
  const checkpoint = stored({ a: [2], 'conv1/weights': [3] });
  expect(proposeMapping(model({ a: [2], 'decoder/gru/state': [3] }), checkpoint)).toMatchObject({
    rename: [],
    variables: {},
  });
});
