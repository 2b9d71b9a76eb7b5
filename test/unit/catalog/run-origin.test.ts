import { describe, expect, it } from 'vitest';
import { originOf } from '../../../src/catalog/run-origin.ts';
import { attempt } from './attempts.ts';

const runs = [{ id: 'source', name: 'lenet', logdir: '/logs/lenet' }];

describe('originOf', () => {
  it('finds the run that saved the checkpoint', () => {
    const from = '/logs/lenet/model.ckpt-4000';
    const warm = attempt({ restored: { from, mapping: '/warm.restore.json' } });
    expect(originOf([warm], runs)).toEqual({ from, run: 'source', name: 'lenet', step: 4000 });
  });

  it('stays when the run is resumed', () => {
    const warm = attempt({ restored: { from: '/logs/lenet/model.ckpt-4000', mapping: null } });
    expect(originOf([warm, attempt({ id: 'second' })], runs)?.run).toBe('source');
  });

  it.each([
    ['/elsewhere/vgg/model.ckpt-200', 'vgg', 200],
    ['/elsewhere/vgg_16.ckpt', 'vgg_16.ckpt', null],
    ['values in memory', 'values in memory', null],
  ])('names %s when no run is known that saved it', (from, name, step) => {
    const warm = attempt({ restored: { from, mapping: null } });
    expect(originOf([warm], runs)).toEqual({ from, run: null, name, step });
  });

  it('is null for a run that began by itself', () => {
    expect(originOf([attempt()], runs)).toBeNull();
  });
});
