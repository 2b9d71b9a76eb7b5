import { describe, expect, it } from 'vitest';
import { groupTags, TagFilter, tagLeaf } from '../../webview/dashboard/scalars/tag-groups.ts';

describe('groupTags', () => {
  it('groups by the part before the first slash, in natural order, ungrouped tags first', () => {
    expect(groupTags(['losses/b10', 'losses/b9', 'learning_rate', 'accuracy/top/5', '/odd'])).toEqual([
      { prefix: '', tags: ['/odd', 'learning_rate'] },
      { prefix: 'accuracy', tags: ['accuracy/top/5'] },
      { prefix: 'losses', tags: ['losses/b9', 'losses/b10'] },
    ]);
  });

  it('leaves the prefix out of the name', () => {
    expect(['accuracy/top/5', 'learning_rate', 'losses/'].map(tagLeaf)).toEqual([
      'top/5',
      'learning_rate',
      'losses/',
    ]);
  });
});

describe('TagFilter', () => {
  it('is a regular expression that takes no notice of case', () => {
    const filter = new TagFilter('^Loss.*total');
    expect(['losses/total_loss', 'x/losses/total'].map(tag => filter.matches(tag))).toEqual([true, false]);
    expect(filter.problem).toBeNull();
  });

  it('is plain text while it is no regular expression, and says so', () => {
    const filter = new TagFilter('loss(');
    expect(filter.matches('a/Loss(x)')).toBe(true);
    expect(filter.matches('a/loss')).toBe(false);
    expect(filter.problem).toMatch(/plain text/);
  });
});
