import type { CheckpointFile } from '../../../src/monitor/checkpoint-watch.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from 'vscode-jsonrpc/node';
import type { LogSummary } from '../../../src/protocol/series.ts';
import type { Attempt } from '../../../src/runs/followed-attempt.ts';
import {
  RunList,
  type LogReader,
  type RunSource,
  type WatchCheckpoints,
} from '../../../src/catalog/run-list.ts';
import { RunMarks } from '../../../src/catalog/run-marks.ts';
import { attempt } from './attempts.ts';

class Attempts implements RunSource {
  readonly change = new Emitter<undefined>();
  readonly progress = new Emitter<Attempt>();
  list: readonly Attempt[] = [];
  readonly onDidChange = this.change.event;
  readonly onDidProgress = this.progress.event;

  attempts(): readonly Attempt[] {
    return this.list;
  }

  set(...list: readonly Attempt[]): void {
    this.list = list;
    this.change.fire(undefined);
  }
}

class Logs implements LogReader {
  readonly watched = new Map<string, string>();
  readonly #summaries = new Emitter<LogSummary>();
  readonly onSummary = this.#summaries.event;

  watch(run: string, logdir: string): void {
    if (this.watched.has(run)) throw new Error(`${run} is watched twice`);
    this.watched.set(run, logdir);
  }

  unwatch(run: string): void {
    if (!this.watched.delete(run)) throw new Error(`${run} is not watched`);
  }

  summary(): undefined {
    return undefined;
  }
}

let store: Attempts;
let logs: Logs;
let folders: Map<string, (list: readonly CheckpointFile[]) => void>;
let list: RunList;
let changes: number;

beforeEach(() => {
  store = new Attempts();
  logs = new Logs();
  folders = new Map();
  const watchCheckpoints: WatchCheckpoints = (logdir, onChange) => {
    folders.set(logdir, onChange);
    return { dispose: () => folders.delete(logdir) };
  };
  const nothing = { get: () => undefined, update: () => Promise.resolve() };
  list = new RunList(store, logs, watchCheckpoints, new RunMarks(nothing));
  changes = 0;
  list.onDidChange(() => changes++);
});

describe('RunList', () => {
  it('puts runs of ours before those of others, and a log folder that is both among ours', () => {
    list.setForeignLogdirs(['/logs/keras', '/logs/ours'], true);
    store.set(attempt({ id: 'a', logdir: '/logs/ours' }));
    expect(list.runs().map(({ logdir, attempts }) => [logdir, attempts.length])).toEqual([
      ['/logs/ours', 1],
      ['/logs/keras', 0],
    ]);
  });

  it('finds a run by the id of any of its attempts', () => {
    store.set(attempt({ id: 'a', startedAt: 1 }), attempt({ id: 'b', startedAt: 2 }));
    expect(list.run('b')).toBe(list.run('a'));
    expect(list.run('c')).toBeUndefined();
  });

  it('gives a log folder of others a name that no run of ours has, and leaves ours as they are', () => {
    store.set(attempt({ id: 'a', name: 'train', logdir: '/ours/train' }));
    list.setForeignLogdirs(['/keras/train'], true);
    expect(list.runs().map(({ name }) => name)).toEqual(['train', 'keras/train']);
  });

  it('reads the logs of others always, ours only while the dashboard is open', () => {
    list.setForeignLogdirs(['/logs/keras'], true);
    store.set(attempt({ id: 'a', logdir: '/logs/ours' }));
    expect([...logs.watched.values()]).toEqual(['/logs/keras']);
    list.setReadsAll(true);
    expect([...logs.watched.values()]).toEqual(['/logs/keras', '/logs/ours']);
    list.setReadsAll(false);
    expect([...logs.watched.values()]).toEqual(['/logs/keras']);
    list.setForeignLogdirs([], true);
    expect(logs.watched.size).toBe(0);
  });

  it('reads another log folder when the run turns out to write there', () => {
    list.setReadsAll(true);
    store.set(attempt({ id: 'a', logdir: '/logs/one' }));
    store.set(attempt({ id: 'a', logdir: '/logs/two' }));
    expect([...logs.watched]).toEqual([['a', '/logs/two']]);
  });

  it('follows the checkpoints of live and of unfolded runs only', () => {
    store.set(
      attempt({ id: 'a', logdir: '/logs/a', state: 'running' }),
      attempt({ id: 'b', logdir: '/logs/b' }),
    );
    expect([...folders.keys()]).toEqual(['/logs/a']);
    list.setUnfolded('b', true);
    expect([...folders.keys()]).toEqual(['/logs/a', '/logs/b']);
    const checkpoint = { prefix: '/logs/b/model.ckpt-9', step: 9, bytes: 10, modified: 0, best: false };
    const before = changes;
    folders.get('/logs/b')?.([checkpoint]);
    expect(changes).toBe(before + 1);
    expect(list.run('b')?.checkpoints).toEqual([checkpoint]);
    list.setUnfolded('b', false);
    expect([...folders.keys()]).toEqual(['/logs/a']);
  });

  it('tells progress of a run without calling it a change', () => {
    store.set(attempt({ id: 'a', state: 'running' }));
    const progress = { step: 7, numberOfSteps: 10, loss: 1, stepsPerSec: 1, secondsLeft: 3 };
    const told: (number | undefined)[] = [];
    list.onDidProgress(run => told.push(run.attempts[0]?.record.progress?.step));
    const before = changes;
    const stepped = attempt({ id: 'a', state: 'running', progress });
    store.list = [stepped];
    store.progress.fire(stepped);
    expect(told).toEqual([7]);
    expect(changes).toBe(before);
  });

  it('forgets the colour of a run that is gone, but not before it knows all that there are', () => {
    list.setForeignLogdirs(['/logs/keras'], true);
    store.set(attempt({ id: 'a' }));
    expect(list.run('a')?.series).toBe(1);
    list.setForeignLogdirs([], false);
    store.set(attempt({ id: 'a' }), attempt({ id: 'b', logdir: '/logs/b' }));
    expect(list.run('b')?.series).toBe(2);
    list.setForeignLogdirs([], true);
    store.set(attempt({ id: 'a' }), attempt({ id: 'c', logdir: '/logs/c' }));
    expect(list.run('c')?.series).toBe(0);
  });

  it('keeps what was said of plotting', () => {
    store.set(attempt({ id: 'a' }));
    list.setPlotted('a', false);
    expect(list.run('a')?.plotted).toBe(false);
  });

  it('lets go of everything at its end', () => {
    store.set(attempt({ id: 'a', logdir: '/logs/a', state: 'running' }));
    list.dispose();
    expect(folders.size).toBe(0);
    const before = changes;
    store.set();
    expect(changes).toBe(before);
  });
});
