/** The tags with one prefix. */

import { messageOf } from '../../../src/protocol/error-message.ts';
export interface TagGroup {
  /** The part before the first `/`; empty for tags without one. */
  readonly prefix: string;
  readonly tags: readonly string[];
}

const order = new Intl.Collator(undefined, { numeric: true });

/** By the part before the first `/`; groups and tags in natural order, tags without a prefix first. */
export function groupTags(tags: Iterable<string>): TagGroup[] {
  const groups = new Map<string, string[]>();
  for (const tag of [...tags].sort(order.compare)) {
    const prefix = tagPrefix(tag);
    const group = groups.get(prefix);
    if (group) group.push(tag);
    else groups.set(prefix, [tag]);
  }
  return [...groups]
    .map(([prefix, members]) => ({ prefix, tags: members }))
    .sort((a, b) => order.compare(a.prefix, b.prefix));
}

function tagPrefix(tag: string): string {
  const slash = tag.indexOf('/');
  return slash > 0 ? tag.slice(0, slash) : '';
}

/** The tag without its group's prefix. */
export function tagLeaf(tag: string): string {
  const prefix = tagPrefix(tag);
  return prefix === '' ? tag : tag.slice(prefix.length + 1) || tag;
}

/** What is typed into the filter: a regular expression, or, while it is none, plain text. Case does not count. */
export class TagFilter {
  readonly #matches: (tag: string) => boolean;
  /** Why it is not a regular expression, for the reader. */
  readonly problem: string | null;

  constructor(typed: string) {
    try {
      const expression = new RegExp(typed, 'i');
      this.#matches = tag => expression.test(tag);
      this.problem = null;
    } catch (error) {
      const plain = typed.toLowerCase();
      this.#matches = tag => tag.toLowerCase().includes(plain);
      this.problem = `${messageOf(error)}. Taken as plain text.`;
    }
  }

  matches(tag: string): boolean {
    return this.#matches(tag);
  }
}
