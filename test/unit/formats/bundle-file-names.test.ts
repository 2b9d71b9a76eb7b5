import { describe, expect, it } from 'vitest';
import {
  dataFile,
  indexFile,
  isDataFile,
  prefixesIn,
  prefixOf,
  stepOf,
} from '../../../src/formats/bundle-file-names.ts';
import { v1Shard } from '../../../src/formats/v1-file-names.ts';

describe('stepOf', () => {
  it.each([
    ['logs/model.ckpt-1000', 1000],
    ['logs/model.ckpt-0', 0],
    ['logs/run-3/model.ckpt', undefined],
  ])('%s', (prefix, step) => {
    expect(stepOf(prefix)).toBe(step);
  });
});

describe('the files of a checkpoint', () => {
  it('lead back to its prefix', () => {
    for (const file of [indexFile('logs/m-1'), dataFile('logs/m-1', 3, 12)])
      expect(prefixOf(file)).toBe('logs/m-1');
    expect(dataFile('m', 3, 12)).toBe('m.data-00003-of-00012');
  });

  it.each(['m', 'm.meta', 'm.data-3-of-12', 'm.data-00000-of-00001.tempstate17', 'm-00000-of-00003'])(
    '%s is none of them',
    name => {
      expect(prefixOf(name)).toBeUndefined();
    },
  );

  it('are those of that prefix only', () => {
    expect(isDataFile(dataFile('m-1', 0, 1), 'm-1')).toBe(true);
    expect(isDataFile(dataFile('m-10', 0, 1), 'm-1')).toBe(false);
    expect(isDataFile(indexFile('m-1'), 'm-1')).toBe(false);
  });

  it('make one of a folder once there is the index', () => {
    expect(prefixesIn(['checkpoint', indexFile('a'), dataFile('a', 0, 1), dataFile('b', 0, 1)])).toEqual([
      'a',
    ]);
  });
});

describe('v1Shard', () => {
  it('tells which of how many files it is', () => {
    expect(v1Shard('logs/v1-00001-of-00003')).toEqual({ base: 'logs/v1', shard: 1, shards: 3 });
  });

  it.each(['v1', 'v1-1-of-3', dataFile('m', 0, 1)])('%s is none', name => {
    expect(v1Shard(name)).toBeUndefined();
  });
});
