import { describe, expect, it } from 'vitest';
import { stepOf } from '../../../src/formats/bundle-file-names.ts';

describe('stepOf', () => {
  it.each([
    ['logs/model.ckpt-1000', 1000],
    ['logs/model.ckpt-0', 0],
    ['logs/run-3/model.ckpt', undefined],
  ])('%s', (prefix, step) => {
    expect(stepOf(prefix)).toBe(step);
  });
});
