import { serialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from 'vscode-jsonrpc/node';
import { DashboardFeed, type FedRun } from '../../../src/catalog/dashboard-feed.ts';
import { toFedRun } from '../../../src/catalog/dashboard-run.ts';
import { RunList, type LogReader } from '../../../src/catalog/run-list.ts';
import { RunMarks } from '../../../src/catalog/run-marks.ts';
import type { DashboardRun, RunsMessage } from '../../../src/protocol/dashboard.ts';
import type { LogSummary, TagInfo } from '../../../src/protocol/series.ts';

const tagsOf = (count: number, tags: number): TagInfo[] =>
  Array.from({ length: tags }, (_, i) => ({
    tag: `losses/layer_${i}/total_loss`,
    kind: 'scalar',
    count,
    newestStep: 10 * count,
    newestValue: 1 / count,
  }));

const progress = (step: number): DashboardRun['progress'] => ({
  step,
  numberOfSteps: 100,
  loss: 0.5,
  stepsPerSec: 2,
  secondsLeft: 3,
});

function fed(id: string, changes: Partial<DashboardRun> = {}, tags: readonly TagInfo[] = []): FedRun {
  const run: DashboardRun = {
    id,
    name: id,
    state: 'running',
    attempt: 1,
    plotted: true,
    series: 0,
    progress: null,
    backend: null,
    failure: null,
    origin: null,
    startedAt: 0,
    endedAt: null,
    checkpoints: [],
    loading: false,
    problems: [],
    ...changes,
  };
  return { run, tags };
}

describe('DashboardFeed', () => {
  let runs: readonly FedRun[];
  let sent: RunsMessage[];
  let feed: DashboardFeed;
  beforeEach(() => {
    vi.useFakeTimers();
    runs = [fed('a', {}, tagsOf(1, 2)), fed('b')];
    sent = [];
    feed = new DashboardFeed(
      () => runs,
      message => sent.push(message),
    );
  });
  afterEach(() => {
    feed.close();
    vi.useRealTimers();
  });

  /** What was sent since the last time, in words. */
  function news(): string[] {
    return sent.splice(0).map(message => {
      switch (message.type) {
        case 'order':
          return `order ${message.runs.join()}`;
        case 'run':
          return `run ${message.run.id}`;
        case 'tags':
          return `${message.change.list === null ? 'points' : 'tags'} ${message.run}`;
        case 'progress':
          return `progress ${message.run} ${message.progress.step}`;
        case 'runsComplete':
          return 'complete';
      }
    });
  }
  /** The page is there and shows all of it. */
  function opened(): void {
    feed.open();
    feed.taken();
    sent.length = 0;
  }
  function change(...now: readonly FedRun[]): void {
    runs = now;
    feed.change();
  }

  it('sends nothing to a page that is not there, then all of it once', () => {
    feed.change();
    expect(news()).toEqual([]);
    feed.open();
    const all = ['order a,b', 'run a', 'tags a', 'run b', 'complete'];
    expect(news()).toEqual(all);
    feed.taken();
    expect(news()).toEqual([]);
    // The page was loaded again.
    feed.open();
    expect(news()).toEqual(all);
  });

  it('says that there is no run, once', () => {
    runs = [];
    feed.open();
    expect(news()).toEqual(['order ', 'complete']);
    feed.taken();
    feed.change();
    expect(news()).toEqual([]);
  });

  it('sends of a run what is new of it, and nothing of the others', () => {
    opened();
    const [a = fed('a'), b = fed('b')] = runs;
    change({ ...a, tags: tagsOf(2, 2) }, b);
    expect(news()).toEqual(['points a', 'complete']);
    feed.taken();
    change({ ...a, tags: tagsOf(2, 3) }, b);
    expect(news()).toEqual(['tags a', 'complete']);
    feed.taken();
    change({ ...a, tags: tagsOf(2, 3) }, fed('b', { state: 'done' }));
    expect(news()).toEqual(['run b', 'complete']);
  });

  it('lets the newest state of each run wait until the page shows the last', () => {
    opened();
    const [a = fed('a'), b = fed('b')] = runs;
    for (let count = 2; count < 10; count++) change({ ...a, tags: tagsOf(count, 2) }, b);
    expect(news()).toEqual(['points a', 'complete']);
    change({ ...a, tags: tagsOf(10, 2) }, fed('b', { name: 'other' }));
    change({ ...a, tags: tagsOf(11, 2) }, fed('b', { name: 'third' }));
    feed.taken();
    expect(sent).toMatchObject([
      { type: 'tags', run: 'a', change: { counts: Float64Array.of(11, 11) } },
      { type: 'run', run: { id: 'b', name: 'third' } },
      { type: 'runsComplete' },
    ]);
    sent.length = 0;
    feed.taken();
    expect(news()).toEqual([]);
  });

  it('waits for no answer where there was nothing to send', () => {
    opened();
    feed.change();
    expect(news()).toEqual([]);
    change(fed('b'));
    expect(news()).toEqual(['order b', 'complete']);
  });

  it('tells of runs that come, go, and come back, with all that is known of them', () => {
    opened();
    const [a = fed('a'), b = fed('b')] = runs;
    change(fed('c', {}, tagsOf(1, 1)), a, b);
    expect(news()).toEqual(['order c,a,b', 'run c', 'tags c', 'complete']);
    feed.taken();
    change(b);
    expect(news()).toEqual(['order b', 'complete']);
    feed.taken();
    change(b, a);
    expect(news()).toEqual(['order b,a', 'run a', 'tags a', 'complete']);
  });

  it('sends nothing to a hidden page, and to the one that comes back all of it', () => {
    opened();
    feed.close();
    change(fed('a', { name: 'new' }));
    feed.progressed(fed('a', { progress: progress(1) }).run);
    feed.taken();
    expect(news()).toEqual([]);
    feed.open();
    expect(news()).toEqual(['order a', 'run a', 'complete']);
  });

  it('tells of progress at most four times a second, the newest, and once', () => {
    opened();
    for (let step = 1; step <= 9; step++) feed.progressed(fed('a', { progress: progress(step) }).run);
    expect(news()).toEqual(['progress a 1']);
    vi.advanceTimersByTime(250);
    expect(news()).toEqual(['progress a 9']);
    feed.progressed(fed('a', { progress: progress(9) }).run);
    vi.advanceTimersByTime(1000);
    expect(news()).toEqual([]);
  });

  it('tells of progress that nobody told it of, but no run again for it', () => {
    opened();
    change(fed('a', { progress: progress(5) }, tagsOf(2, 2)), fed('b', { progress: progress(6) }));
    expect(news()).toEqual(['progress a 5', 'points a', 'progress b 6', 'complete']);
  });

  it('tells of no progress after the run is known to be further', () => {
    opened();
    feed.progressed(fed('a', { progress: progress(1) }).run);
    feed.progressed(fed('a', { progress: progress(2) }).run);
    change(fed('a', { progress: progress(3), state: 'paused' }));
    sent.length = 0;
    vi.advanceTimersByTime(250);
    expect(sent).toEqual([{ type: 'progress', run: 'a', state: 'paused', progress: progress(3) }]);
  });
});

const RUNS = 300;
const TAGS = 200;
/** A message with one tag's figures, and that all is there. */
const ONE_POINT_BYTES = 400;
/** Place, count, step and value of each tag: 28 bytes, and as much again for what is around them. */
const ALL_POINTS_BYTES = 400 + 28 * TAGS;

describe(`The dashboard of ${RUNS} runs with ${TAGS} tags each`, () => {
  class Logs implements LogReader {
    readonly summaries = new Map<string, LogSummary>();
    readonly #emitter = new Emitter<LogSummary>();
    readonly onSummary = this.#emitter.event;

    watch(run: string): void {
      this.set(run, tagsOf(1, TAGS));
    }

    unwatch(run: string): void {
      this.summaries.delete(run);
    }

    summary(run: string): LogSummary | undefined {
      return this.summaries.get(run);
    }

    set(run: string, tags: readonly TagInfo[]): void {
      const summary = { run, loading: false, tags, newestStep: 1, newestWallTime: 1, problems: [] };
      this.summaries.set(run, summary);
      this.#emitter.fire(summary);
    }
  }

  const never = (): { dispose(): void } => ({ dispose: () => undefined });
  let logs: Logs;
  let list: RunList;
  let sent: RunsMessage[];
  let feed: DashboardFeed;
  beforeEach(() => {
    logs = new Logs();
    const noAttempts = { attempts: () => [], onDidChange: never, onDidProgress: never };
    const noMarks = { get: () => undefined, update: () => Promise.resolve() };
    list = new RunList(noAttempts, logs, never, new RunMarks(noMarks));
    list.setForeignLogdirs(
      Array.from({ length: RUNS }, (_, i) => `/logs/run-${i}`),
      true,
    );
    sent = [];
    feed = new DashboardFeed(
      () => list.runs().map(toFedRun),
      message => sent.push(message),
    );
    list.onDidChange(() => {
      feed.change();
    });
    feed.open();
    feed.taken();
  });
  afterEach(() => {
    feed.close();
    list.dispose();
  });

  const bytes = (messages: readonly RunsMessage[]): number =>
    messages.reduce((sum, message) => sum + serialize(message).length, 0);

  it('gets each run and its tags once', () => {
    expect(sent).toHaveLength(1 + 2 * RUNS + 1);
    expect(new Set(sent.map(message => serialize(message).toString('base64'))).size).toBe(sent.length);
  });

  it('costs, for a new point in one run, a message of that run only, and little of it', () => {
    const run = list.runs()[123]?.id ?? '';
    const all = bytes(sent);
    const tags = logs.summary(run)?.tags ?? [];
    sent.length = 0;

    logs.set(run, tags.with(7, { ...tags[7], ...tagsOf(2, TAGS)[7] } as TagInfo));
    expect(sent.map(({ type }) => type)).toEqual(['tags', 'runsComplete']);
    expect(sent).toMatchObject([{ run, change: { list: null, at: Uint32Array.of(7) } }, {}]);
    expect(bytes(sent)).toBeLessThan(ONE_POINT_BYTES);
    feed.taken();

    sent.length = 0;
    logs.set(run, tagsOf(3, TAGS));
    expect(sent.map(({ type }) => type)).toEqual(['tags', 'runsComplete']);
    expect(bytes(sent)).toBeLessThan(ALL_POINTS_BYTES);
    expect(all / bytes(sent)).toBeGreaterThan(RUNS);
  });

  it('costs nothing while the page has not shown the last, then what is newest', () => {
    sent.length = 0;
    const ids = list.runs().map(({ id }) => id);
    const [first = '', second = '', third = ''] = ids;
    logs.set(first, tagsOf(2, TAGS));
    sent.length = 0;
    for (let count = 2; count < 50; count++) {
      logs.set(second, tagsOf(count, TAGS));
      logs.set(third, tagsOf(count, TAGS));
    }
    expect(sent).toEqual([]);
    feed.taken();
    expect(sent.map(message => ('run' in message ? message.run : message.type))).toEqual([
      second,
      third,
      'runsComplete',
    ]);
  });
});
