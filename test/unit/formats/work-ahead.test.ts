import { describe, expect, it } from 'vitest';
import { workAhead } from '../../../src/formats/work-ahead.ts';

const MIB = 2 ** 20;

/** Work that ends when the test says so. */
function work() {
  const running = new Map<string, { resolve: (result: string) => void; reject: (error: Error) => void }>();
  const start = (item: string): Promise<string> =>
    new Promise((resolve, reject) => {
      running.set(item, { resolve, reject });
    });
  const end = (item: string): void => {
    running.get(item)?.resolve(item.toUpperCase());
    running.delete(item);
  };
  const fail = (item: string): void => {
    running.get(item)?.reject(new Error(`${item} is damaged`));
    running.delete(item);
  };
  return { running, start, end, fail };
}

describe('workAhead', () => {
  it('tells results in the order of the items, whichever is ready first', async () => {
    const { running, start, end } = work();
    const results = workAhead('abcdef', () => 1, start);
    const first = results.next();
    expect([...running.keys()]).toEqual(['a', 'b', 'c', 'd']);
    for (const item of 'dcba') end(item);
    expect((await first).value).toEqual(['a', 'A']);
    expect((await results.next()).value).toEqual(['b', 'B']);
    // One more begins for each that the caller is done with.
    expect([...running.keys()]).toEqual(['e']);
  });

  it('has more than one in memory only while they are small together', async () => {
    const sizes: Readonly<Record<string, number>> = { a: 20 * MIB, b: 13 * MIB, c: 12 * MIB, d: 100 * MIB };
    const { running, start, end } = work();
    const results = workAhead('abcd', item => sizes[item] ?? 0, start);
    const first = results.next();
    expect([...running.keys()]).toEqual(['a']);
    end('a');
    await first;
    // It is in the caller's hand still.
    expect([...running.keys()]).toEqual([]);
    const second = results.next();
    await Promise.resolve();
    expect([...running.keys()]).toEqual(['b', 'c']);
    end('b');
    end('c');
    await second;
    await results.next();
    expect([...running.keys()]).toEqual([]);
    const last = results.next();
    await Promise.resolve();
    expect([...running.keys()]).toEqual(['d']);
    end('d');
    expect((await last).value).toEqual(['d', 'D']);
    expect((await results.next()).done).toBe(true);
  });

  it('throws in its turn what one rejects with, when nothing goes on any more', async () => {
    const { running, start, end, fail } = work();
    const results = workAhead('abcd', () => 1, start);
    const first = results.next();
    fail('b');
    end('a');
    expect((await first).value).toEqual(['a', 'A']);
    let ended = false;
    const second = expect(results.next())
      .rejects.toThrow('b is damaged')
      .then(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    for (const item of running.keys()) end(item);
    await second;
  });

  it('waits for what goes on when the caller leaves early', async () => {
    const { running, start, end } = work();
    const results = workAhead('abc', () => 1, start);
    const first = results.next();
    end('a');
    await first;
    let left = false;
    const leaving = results.return(undefined).then(() => (left = true));
    await new Promise(setImmediate);
    expect(left).toBe(false);
    for (const item of running.keys()) end(item);
    await leaving;
  });
});
