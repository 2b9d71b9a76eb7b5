import { NameIndex } from './name-index.ts';

/** Those of `names` that are most like `name`, the most alike first: what the user may have meant. */
export function nearestNames(name: string, names: Iterable<string>, count = 3): string[] {
  return new NameIndex(names).similarTo(name, { count }).map(similar => similar.name);
}
