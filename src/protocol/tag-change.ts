/**
 * How a log's tags travel: which there are, only when that changes; what moves with every point, only of the tags that
 * moved. The side that sends remembers what the other has.
 */

import type { TagInfo } from './series.ts';

export interface TagChange {
  /** Of the list of tags: another list has another version. */
  readonly version: number;
  /** Complete, in an order that stays. null: the other side has the list of this version. */
  readonly list: readonly Pick<TagInfo, 'tag' | 'kind'>[] | null;
  /** The places in the list that the figures are of. All four arrays are equally long. */
  readonly at: Uint32Array;
  readonly counts: Float64Array;
  readonly newestSteps: Float64Array;
  /** NaN where there is none. */
  readonly newestValues: Float64Array;
}

/** The tags as the other side has them, or as this side has got them. */
export interface HeldTags {
  readonly version: number;
  readonly tags: readonly TagInfo[];
}

export const noTags: HeldTags = { version: 0, tags: [] };

/** What makes of `held` these tags; null: there is nothing new. The sender holds `{ version, tags }` from then on. */
export function tagChange(held: HeldTags, tags: readonly TagInfo[]): TagChange | null {
  if (tags === held.tags) return null;
  const isSameList =
    tags.length === held.tags.length && tags.every((info, place) => isSameTag(info, held.tags[place]));
  const moved = [...tags.keys()].filter(
    place => !isSameList || !hasSameFigures(tags[place], held.tags[place]),
  );
  if (isSameList && moved.length === 0) return null;
  return {
    version: isSameList ? held.version : held.version + 1,
    list: isSameList ? null : tags.map(({ tag, kind }) => ({ tag, kind })),
    at: Uint32Array.from(moved),
    counts: Float64Array.from(moved, place => tags[place]?.count ?? 0),
    newestSteps: Float64Array.from(moved, place => tags[place]?.newestStep ?? 0),
    newestValues: Float64Array.from(moved, place => tags[place]?.newestValue ?? NaN),
  };
}

/** Tags that did not move stay the same objects. Figures of another list than the one that is held change nothing. */
export function withTagChange(held: HeldTags, change: TagChange): HeldTags {
  const { version, list, at, counts, newestSteps, newestValues } = change;
  if (list === null && version !== held.version) return held;
  const tags: TagInfo[] =
    list === null
      ? [...held.tags]
      : list.map(({ tag, kind }) => ({ tag, kind, count: 0, newestStep: 0, newestValue: null }));
  at.forEach((place, index) => {
    const info = tags[place];
    if (info === undefined) return;
    const value = newestValues[index] ?? NaN;
    tags[place] = {
      tag: info.tag,
      kind: info.kind,
      count: counts[index] ?? 0,
      newestStep: newestSteps[index] ?? 0,
      newestValue: Number.isNaN(value) ? null : value,
    };
  });
  return { version, tags };
}

function isSameTag(info: TagInfo, other: TagInfo | undefined): boolean {
  return info.tag === other?.tag && info.kind === other.kind;
}

function hasSameFigures(info: TagInfo | undefined, other: TagInfo | undefined): boolean {
  return (
    info?.count === other?.count &&
    info?.newestStep === other?.newestStep &&
    Object.is(info?.newestValue ?? NaN, other?.newestValue ?? NaN)
  );
}
