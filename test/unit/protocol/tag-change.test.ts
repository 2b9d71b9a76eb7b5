import { describe, expect, it } from 'vitest';
import type { TagInfo } from '../../../src/protocol/series.ts';
import { noTags, tagChange, withTagChange, type HeldTags } from '../../../src/protocol/tag-change.ts';

const tag = (name: string, count = 1, changes: Partial<TagInfo> = {}): TagInfo => ({
  tag: name,
  kind: 'scalar',
  count,
  newestStep: 10 * count,
  newestValue: count / 4,
  ...changes,
});

/** Both sides after each of these states of the tags was sent; how many figures and lists that took. */
function sent(...states: readonly (readonly TagInfo[])[]): {
  held: HeldTags;
  figures: number[];
  lists: boolean[];
} {
  let ours: HeldTags = noTags;
  let held: HeldTags = noTags;
  const figures: number[] = [];
  const lists: boolean[] = [];
  for (const tags of states) {
    const change = tagChange(ours, tags);
    figures.push(change?.at.length ?? 0);
    lists.push((change?.list ?? null) !== null);
    if (change === null) continue;
    ours = { version: change.version, tags };
    held = withTagChange(held, structuredClone(change));
  }
  return { held, figures, lists };
}

describe('a change of tags', () => {
  it('brings all of it the first time', () => {
    const tags = [tag('loss'), tag('weights', 3, { kind: 'histogram', newestValue: null })];
    expect(sent(tags).held.tags).toEqual(tags);
  });

  it('is null when nothing changed', () => {
    expect(sent([], [tag('loss')], [tag('loss')])).toMatchObject({ figures: [0, 1, 0] });
    const nan = tag('loss', 1, { newestValue: NaN });
    expect(sent([nan], [{ ...nan }]).figures).toEqual([1, 0]);
  });

  it('brings the figures of what moved and no name', () => {
    const before = ['a', 'b', 'c', 'd'].map(name => tag(name));
    const now = before.map(info => (info.tag === 'c' ? tag('c', 2) : info));
    const { held, figures, lists } = sent(before, now);
    expect(held.tags).toEqual(now);
    expect([figures, lists]).toEqual([
      [4, 1],
      [true, false],
    ]);
  });

  it('keeps the objects of tags that did not move', () => {
    const change = { version: 1, list: null, at: Uint32Array.of(1) };
    const figures = {
      counts: Float64Array.of(7),
      newestSteps: Float64Array.of(8),
      newestValues: Float64Array.of(NaN),
    };
    const held: HeldTags = { version: 1, tags: [tag('a'), tag('b')] };
    const after = withTagChange(held, { ...change, ...figures });
    expect(after.tags[0]).toBe(held.tags[0]);
    expect(after.tags[1]).toEqual(tag('b', 7, { newestStep: 8, newestValue: null }));
    expect(held.tags[1]).toEqual(tag('b'));
  });

  it('brings the list again when a tag came, went, or is of another kind', () => {
    const kinds = [tag('a', 1, { kind: 'image', newestValue: null }), tag('b')];
    const { held, lists } = sent([tag('a')], [tag('a'), tag('b')], [tag('b')], kinds, []);
    expect(lists).toEqual([true, true, true, true, true]);
    expect(held.tags).toEqual([]);
  });

  it('changes nothing when it is of another list than the one that is there', () => {
    const held: HeldTags = { version: 2, tags: [tag('a')] };
    const change = tagChange({ version: 1, tags: [tag('a')] }, [tag('a', 5)]);
    if (change === null) throw new Error('There is a change.');
    expect(withTagChange(held, change)).toBe(held);
  });
});
