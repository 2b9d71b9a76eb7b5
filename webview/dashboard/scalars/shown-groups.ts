import { groupTags } from './tag-groups.ts';

/** Tags without a prefix. */
const UNGROUPED = 'General';
/** Key of the pinned group: no prefix can be this, there is no slash in one. */
export const PINNED = '/pinned';

/** A group of cards under a heading. */
interface ShownGroup {
  readonly key: string;
  /** Of the tags with this prefix, pinned ones too. */
  readonly count: number;
  readonly tags: readonly string[];
}

/** The pinned tags come first, and stand nowhere else. */
export function groupsOf(matching: readonly string[], pinned: readonly string[]): ShownGroup[] {
  return [
    { key: PINNED, count: pinned.length, tags: pinned },
    ...groupTags(matching).map(({ prefix, tags }) => ({
      key: prefix,
      count: tags.length,
      tags: tags.filter(tag => !pinned.includes(tag)),
    })),
  ].filter(({ tags }) => tags.length > 0);
}

export function groupName(key: string): string {
  if (key === PINNED) return 'Pinned';
  return key === '' ? UNGROUPED : `${key}/`;
}
