import { compareBytes } from './table-format.ts';

/** The entries in the order of their names' bytes (UTF-8), which is not that of JavaScript's strings. */
export function inNameOrder<T>(entries: Iterable<readonly [string, T]>): Map<string, T> {
  const keyed = [...entries].map(entry => ({ entry, key: Buffer.from(entry[0]) }));
  return new Map(keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ entry }) => entry));
}
