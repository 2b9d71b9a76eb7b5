import { describe, expect, it } from 'vitest';
import { noTags, tagChange } from '../../src/protocol/tag-change.ts';
import type { RunsMessage } from '../../src/protocol/dashboard.ts';
import type { TagInfo } from '../../src/protocol/series.ts';
import { RunBook, type RunChanges } from '../../webview/dashboard/runs/run-book.ts';
import { run } from './scenes.ts';

const a = run('a', 0);
const b = run('b', 1);

const tag = (name: string, count: number, kind: TagInfo['kind'] = 'scalar'): TagInfo => ({
  tag: name,
  kind,
  count,
  newestStep: count,
  newestValue: null,
});

/** What makes of one list of a run's tags the next. */
function tagsMessage(id: string, now: readonly TagInfo[], before: readonly TagInfo[] = []): RunsMessage {
  const change = tagChange(before.length === 0 ? noTags : { version: 1, tags: before }, now);
  if (change === null) throw new Error('These are the same tags.');
  return { type: 'tags', run: id, change };
}

function take(book: RunBook, ...messages: readonly RunsMessage[]): RunChanges | null {
  return [...messages, { type: 'runsComplete' } as const].map(message => book.take(message)).at(-1) ?? null;
}

const LOSS = [tag('loss', 1), tag('weights', 1, 'histogram')];

function opened(): RunBook {
  const book = new RunBook();
  const runs: RunsMessage[] = [
    { type: 'run', run: a },
    { type: 'run', run: b },
  ];
  take(book, { type: 'order', runs: ['b', 'a'] }, ...runs, tagsMessage('a', LOSS), tagsMessage('b', LOSS));
  return book;
}

describe('RunBook', () => {
  it('has no runs before all of them are there, then in their order', () => {
    const book = new RunBook();
    for (const message of [
      { type: 'order', runs: ['b', 'a'] },
      { type: 'run', run: a },
      { type: 'run', run: b },
    ] as const)
      expect([book.take(message), book.runs]).toEqual([null, null]);
    expect(book.take({ type: 'runsComplete' })).toEqual({
      before: [],
      now: [b, a],
      isMore: true,
      moved: new Map(),
    });
    expect(book.runs).toEqual([b, a]);
  });

  it('knows of no run as well', () => {
    const book = new RunBook();
    take(book, { type: 'order', runs: [] });
    expect(book.runs).toEqual([]);
  });

  it('says which tags of which run have new points, and touches nothing of the others', () => {
    const book = opened();
    const before = book.runs;
    const ofB = book.tags.of('scalar').get('loss')?.get('b');
    const now = [tag('loss', 2), tag('weights', 1, 'histogram')];
    expect(take(book, tagsMessage('a', now, LOSS))).toEqual({
      before: [],
      now: [],
      isMore: false,
      moved: new Map([['a', ['loss']]]),
    });
    expect(book.runs).toBe(before);
    expect(book.tags.of('scalar').get('loss')?.get('a')).toEqual(tag('loss', 2));
    expect(book.tags.of('scalar').get('loss')?.get('b')).toBe(ofB);
  });

  it('tells a run that changed, as it was and as it is', () => {
    const done = { ...a, state: 'lost' as const };
    expect(take(opened(), { type: 'run', run: done })).toMatchObject({
      before: [a],
      now: [done],
      isMore: true,
    });
  });

  it('keeps a run as it was but for its progress, which is no change', () => {
    const book = opened();
    const progress = { step: 7, numberOfSteps: null, loss: null, stepsPerSec: null, secondsLeft: null };
    book.take({ type: 'progress', run: 'a', state: 'paused', progress });
    expect(book.runs).toEqual([b, { ...a, progress }]);
    expect(take(book)).toMatchObject({ before: [], now: [], isMore: false });
  });

  it('forgets a run that is gone, and the tags that only it had', () => {
    const book = opened();
    take(book, tagsMessage('a', [tag('only', 1)], LOSS));
    expect([...book.tags.of('scalar').keys()].sort()).toEqual(['loss', 'only']);
    expect(take(book, { type: 'order', runs: ['b'] })).toMatchObject({ isMore: true });
    expect(book.runs).toEqual([b]);
    expect([...book.tags.of('scalar').keys()]).toEqual(['loss']);
    expect([...book.tags.of('histogram').keys()]).toEqual(['weights']);
    expect([...book.tags.of('image').keys()]).toEqual([]);
  });
});
