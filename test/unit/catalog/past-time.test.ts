import { describe, expect, it } from 'vitest';
import { pastTime } from '../../../src/catalog/past-time.ts';

const at = (...parts: [number, number, number, number?, number?, number?]): number =>
  new Date(...parts).getTime();
const now = at(2026, 2, 18, 15, 30); // a Wednesday

describe('pastTime', () => {
  it.each([
    [now - 20_000, 'just now'],
    [now + 5_000, 'just now'],
    [now - 12 * 60_000, '12 min ago'],
    [at(2026, 2, 18, 9, 5), '09:05'],
    [at(2026, 2, 17, 23, 59), 'yesterday'],
    [at(2026, 2, 13, 0, 1), 'Friday'],
    [at(2026, 2, 11, 15, 30), '11 Mar'],
    [at(2025, 11, 31), '31 Dec 2025'],
  ])('%#: says %s as %j', (then, words) => {
    expect(pastTime(then, now)).toBe(words);
  });

  it('counts days by the calendar, not by 24 hours', () => {
    expect(pastTime(at(2026, 2, 17, 22), at(2026, 2, 18, 1))).toBe('yesterday');
  });
});
