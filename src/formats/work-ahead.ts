/** Work that overlaps: while the caller has one result in hand, the next ones are made. */

/** The one in hand and those that are made take no more than this together: a larger one is in memory alone. */
const MAX_BYTES = 32 * 2 ** 20;

/** With the one in hand. Node reads as many files at a time. */
export const MAX_ITEMS = 4;

/**
 * Does `work` with each item, which takes `bytesOf(item)` of memory, and tells the results in the order of `items`. When
 * the caller wants no more of them, nothing goes on behind its back.
 *
 * @throws what `work` rejects with, in its turn.
 */
export async function* workAhead<Item, Result>(
  items: Iterable<Item>,
  bytesOf: (item: Item) => number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<readonly [item: Item, result: Result]> {
  const waiting = [...items].reverse();
  const started: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  let startedBytes = 0;
  const startMore = (): void => {
    for (let item = waiting.at(-1); item !== undefined; item = waiting.at(-1)) {
      const hasRoom = started.length < MAX_ITEMS && startedBytes + bytesOf(item) <= MAX_BYTES;
      if (started.length > 0 && !hasRoom) return;
      waiting.pop();
      startedBytes += bytesOf(item);
      const result = work(item);
      // It is told in its turn, if that comes.
      result.catch(() => undefined);
      started.push({ item, result });
    }
  };
  try {
    startMore();
    for (let next = started[0]; next !== undefined; next = started[0]) {
      yield [next.item, await next.result];
      started.shift();
      startedBytes -= bytesOf(next.item);
      startMore();
    }
  } finally {
    await Promise.allSettled(started.map(({ result }) => result));
  }
}
