import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressThrottle } from '../../../src/catalog/progress-throttle.ts';

describe('ProgressThrottle', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('delivers the first at once, then the newest of each interval, each run for itself', () => {
    const delivered: [string, number][] = [];
    const throttle = new ProgressThrottle<number>(250, (run, value) => delivered.push([run, value]));
    throttle.push('a', 1);
    throttle.push('a', 2);
    throttle.push('b', 10);
    throttle.push('a', 3);
    expect(delivered).toEqual([['a', 1], ['b', 10]]); // prettier-ignore
    vi.advanceTimersByTime(250);
    expect(delivered.slice(2)).toEqual([['a', 3]]);
    throttle.push('a', 4);
    expect(delivered).toHaveLength(3);
    vi.advanceTimersByTime(250);
    expect(delivered.slice(3)).toEqual([['a', 4]]);
    vi.advanceTimersByTime(1000);
    throttle.push('a', 5);
    expect(delivered.slice(4)).toEqual([['a', 5]]);
    throttle.dispose();
  });

  it('delivers nothing after its end', () => {
    const delivered: number[] = [];
    const throttle = new ProgressThrottle<number>(250, (_run, value) => delivered.push(value));
    throttle.push('a', 1);
    throttle.push('a', 2);
    throttle.dispose();
    vi.advanceTimersByTime(1000);
    expect(delivered).toEqual([1]);
  });
});
