import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DashboardRequests } from '../../src/protocol/dashboard.ts';
import { requestCaller, type Question, type RequestCaller } from '../../src/protocol/requests.ts';
import type { SeriesQuery, SeriesWindow } from '../../src/protocol/series.ts';
import { CurveFeed } from '../../webview/dashboard/scalars/curve-feed.ts';
import { answer, syntheticCurve } from './synthetic-curves.ts';

const all: SeriesQuery = { run: 'r', tag: 't', axis: 'step', range: null, pixels: 100, smoothing: 0.6 };
const curve = syntheticCurve({
  seed: 1,
  points: 100,
  every: 1,
  secondsPerStep: 1,
  startedAt: 1000,
  value: step => step,
});

describe('CurveFeed', () => {
  let asked: Question<DashboardRequests>[];
  let requests: RequestCaller<DashboardRequests>;
  let changed: ReturnType<typeof vi.fn<() => void>>;
  let feed: CurveFeed;

  beforeEach(() => {
    asked = [];
    requests = requestCaller(question => asked.push(question));
    changed = vi.fn<() => void>();
    feed = new CurveFeed(requests.ask, changed);
  });

  async function give(index: number): Promise<SeriesWindow> {
    const { id, query } = asked[index] ?? { id: -1, query: all };
    const window = answer(curve, query);
    requests.take({ type: 'answer', id, answer: window });
    await Promise.resolve();
    return window;
  }

  it('asks once for what it does not have, and again only when something changed', async () => {
    feed.want(all, 'v1');
    feed.want(all, 'v1');
    expect(asked.map(({ query }) => query)).toEqual([all]);
    const window = await give(0);
    expect(feed.window).toBe(window);
    feed.want({ ...all }, 'v1');
    expect(asked).toHaveLength(1);
    feed.want(all, 'v2');
    expect(asked).toHaveLength(2);
  });

  it('has one question under way: what is wanted meanwhile is asked once, after the answer', async () => {
    feed.want(all, 'v1');
    for (const version of ['v2', 'v3', 'v4']) feed.want({ ...all, smoothing: 0.9 }, version);
    expect(asked).toHaveLength(1);
    await give(0);
    expect(asked.map(({ query }) => query.smoothing)).toEqual([0.6, 0.9]);
    await give(1);
    expect(asked).toHaveLength(2);
    expect(requests.waiting).toBe(0);
  });

  it('shows an answer that is a little old, until the new one is there', async () => {
    feed.want(all, 'v1');
    feed.want({ ...all, range: [10, 20] }, 'v1');
    const wide = await give(0);
    expect(feed.window).toBe(wide);
    expect(changed).toHaveBeenCalledTimes(1);
    const narrow = await give(1);
    expect(feed.window).toBe(narrow);
  });

  it('drops the answer for a part of the range when all of it is shown again', async () => {
    feed.want(all, 'v1');
    const full = await give(0);
    feed.want({ ...all, range: [10, 20] }, 'v1');
    feed.want(all, 'v1');
    await give(1);
    expect(feed.window).toBe(full);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(requests.waiting).toBe(0);
  });

  it('drops an answer on another axis, and shows nothing until the new one is there', async () => {
    feed.want(all, 'v1');
    await give(0);
    feed.want({ ...all, smoothing: 0.1 }, 'v1');
    feed.want({ ...all, axis: 'wall' }, 'v1');
    expect(feed.window).toBeNull();
    await give(1);
    expect(feed.window).toBeNull();
    const wall = await give(2);
    expect(feed.window).toBe(wall);
  });

  it('drops the answer that comes when nobody looks any more', async () => {
    feed.want(all, 'v1');
    feed.rest();
    await give(0);
    expect(feed.window).toBeNull();
    expect(changed).not.toHaveBeenCalled();
    feed.want(all, 'v1');
    expect(asked).toHaveLength(2);
  });

  it('says why there is no answer, and asks again for newer points', async () => {
    feed.want(all, 'v1');
    requests.take({ type: 'failure', id: asked[0]?.id ?? -1, failure: 'No such tag.' });
    await Promise.resolve();
    expect(feed.failure).toBe('No such tag.');
    expect(asked).toHaveLength(1);
    feed.want(all, 'v2');
    await give(1);
    expect(feed.failure).toBeNull();
  });

  it('knows when the curve began, zoomed or not', async () => {
    feed.want(all, 'v1');
    await give(0);
    feed.want({ ...all, range: [50, 60] }, 'v1');
    await give(1);
    expect(feed.firstWallTime).toBe(1000);
  });
});
