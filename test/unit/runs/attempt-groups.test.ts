import { describe, expect, it } from 'vitest';
import { currentAttempt, groupAttempts, tellApart } from '../../../src/runs/attempt-groups.ts';
import { attempt, runOf } from '../catalog/attempts.ts';

const idsOf = (groups: ReturnType<typeof groupAttempts>): string[][] =>
  groups.map(({ attempts }) => attempts.map(({ record }) => record.id));

describe('groupAttempts', () => {
  it('makes one run of all attempts with one log folder, newest run first', () => {
    const groups = groupAttempts([
      attempt({ id: 'c', startedAt: 3 }),
      attempt({ id: 'b', startedAt: 2, logdir: '/logs/other' }),
      attempt({ id: 'a', startedAt: 1 }),
    ]);
    expect(idsOf(groups)).toEqual([['a', 'c'], ['b']]);
    expect(groups.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('takes an attempt that has not said its log folder for one of the run that its script trained last', () => {
    const groups = groupAttempts([
      attempt({ id: 'a', startedAt: 1 }),
      attempt({ id: 'b', startedAt: 2, logdir: null, state: 'failed' }),
    ]);
    expect(idsOf(groups)).toEqual([['a', 'b']]);
    expect(groups[0]?.logdir).toBe('/home/ada/digits/runs/lenet');
  });

  it.each([
    ['another script', { script: '/home/ada/digits/other.ts' }],
    ['other settings', { overrides: { hparams: { learningRate: '0.1' } } }],
  ])('but not with %s', (_, fields) => {
    const groups = groupAttempts([
      attempt({ id: 'a', startedAt: 1 }),
      attempt({ id: 'b', startedAt: 2, logdir: null, ...fields }),
    ]);
    expect(idsOf(groups)).toEqual([['b'], ['a']]);
    expect(groups[0]?.logdir).toBeNull();
  });

  it('believes a log folder that was set from outside before the script says it', () => {
    const overrides = { logdir: '/logs/set' };
    const [group] = groupAttempts([attempt({ logdir: null, overrides })]);
    expect(group?.logdir).toBe('/logs/set');
  });
});

describe('currentAttempt', () => {
  it('is the newest, but one that lives comes first', () => {
    const [first, second] = [
      attempt({ id: 'a', startedAt: 1 }),
      attempt({ id: 'b', startedAt: 2, state: 'failed' }),
    ];
    expect(currentAttempt(runOf(first, second))?.record.id).toBe('b');
    const live = attempt({ id: 'a', startedAt: 1, state: 'running' });
    expect(currentAttempt(runOf(live, second))?.record.id).toBe('a');
  });
});

describe('tellApart', () => {
  it('adds the folder above to names that are there twice', () => {
    const runs = ['/a/train', '/b/train', '/c/eval'].map(logdir => ({ name: logdir.slice(3), logdir }));
    expect(tellApart(runs).map(({ name }) => name)).toEqual(['a/train', 'b/train', 'eval']);
  });

  it('tells runs apart from others, whose names stay', () => {
    const runs = ['/a/train', '/c/eval'].map(logdir => ({ name: logdir.slice(3), logdir }));
    const names = tellApart(runs, [{ name: 'train' }]).map(({ name }) => name);
    expect(names).toEqual(['a/train', 'eval']);
  });
});
