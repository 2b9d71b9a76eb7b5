import type { TagInfo, TagKind } from '../../../src/protocol/series.ts';
import { noTags, withTagChange, type HeldTags, type TagChange } from '../../../src/protocol/tag-change.ts';

/** Tags, each with the runs (by id) that have it. */
export type RunsByTag = ReadonlyMap<string, ReadonlyMap<string, TagInfo>>;

const NONE: RunsByTag = new Map();

/** Which runs have which tags. What comes of one run touches that run's tags only. */
export class TagIndex {
  readonly #held = new Map<string, HeldTags>();
  readonly #kinds = new Map<TagKind, Map<string, Map<string, TagInfo>>>();

  /** All tags of a kind. The map goes with what comes. */
  of(kind: TagKind): RunsByTag {
    return this.#kinds.get(kind) ?? NONE;
  }

  /** The tags that have new points. */
  take(run: string, change: TagChange): readonly TagInfo[] {
    const before = this.#held.get(run) ?? noTags;
    const after = withTagChange(before, change);
    if (after === before) return [];
    this.#held.set(run, after);
    if (change.list !== null) {
      for (const info of before.tags) this.#delete(run, info);
      for (const info of after.tags) this.#set(run, info);
      return after.tags;
    }
    const moved = [...change.at].flatMap(place => after.tags[place] ?? []);
    for (const info of moved) this.#set(run, info);
    return moved;
  }

  /** A run is gone. */
  drop(run: string): void {
    for (const info of this.#held.get(run)?.tags ?? []) this.#delete(run, info);
    this.#held.delete(run);
  }

  #set(run: string, info: TagInfo): void {
    let tags = this.#kinds.get(info.kind);
    if (!tags) {
      tags = new Map<string, Map<string, TagInfo>>();
      this.#kinds.set(info.kind, tags);
    }
    const runs = tags.get(info.tag);
    if (runs) runs.set(run, info);
    else tags.set(info.tag, new Map([[run, info]]));
  }

  #delete(run: string, { kind, tag }: TagInfo): void {
    const tags = this.#kinds.get(kind);
    const runs = tags?.get(tag);
    runs?.delete(run);
    if (runs?.size === 0) tags?.delete(tag);
  }
}
