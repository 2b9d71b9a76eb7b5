/** The monitor with its worker thread, as the extension host has them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { serialize } from 'node:v8';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Monitor } from '../../../src/monitor/monitor.ts';
import type { FromMonitorWorker, MonitorRequests, ToMonitorWorker } from '../../../src/protocol/monitor.ts';
import type { Answer, Question } from '../../../src/protocol/requests.ts';
import type { LogSummary } from '../../../src/protocol/series.ts';
import { scalar, TemporaryLogdir } from './temporary-logdir.ts';

let folder: string;
let workerPath: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'monitor-worker-'));
  workerPath = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../../src/monitor/worker.ts')],
    outfile: workerPath,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let logdir: TemporaryLogdir;
let monitor: Monitor;
beforeEach(() => {
  logdir = new TemporaryLogdir();
  monitor = new Monitor(workerPath);
});
afterEach(() => {
  monitor.dispose();
  logdir.remove();
});

const query = (run: string) =>
  ({ run, tag: 'loss', axis: 'step', range: null, pixels: 100, smoothing: 0 }) as const;

describe('Monitor', () => {
  it('tells of each change, and answers for the curve', async () => {
    logdir.append('events.out.tfevents.1', scalar('loss', 1, 0.5));
    const heard: LogSummary[] = [];
    const listening = monitor.onSummary(summary => heard.push(summary));
    monitor.watch('run', logdir.path);
    await expect
      .poll(() => monitor.summary('run')?.tags)
      .toMatchObject([{ tag: 'loss', count: 1, newestValue: 0.5 }]);
    logdir.append('events.out.tfevents.1', scalar('loss', 2, 0.25));
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(2);
    expect(heard.at(-1)).toBe(monitor.summary('run'));
    expect([...(await monitor.query(query('run'))).points.raw]).toEqual([0.5, 0.25]);
    listening.dispose();
    const count = heard.length;
    logdir.append('events.out.tfevents.1', scalar('loss', 3, 0.125));
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(3);
    expect(heard).toHaveLength(count);
  });

  it('sends few summaries of a log that changes all the time, and the last one is right', async () => {
    let heard = 0;
    monitor.onSummary(() => heard++);
    monitor.watch('run', logdir.path);
    for (let step = 1; step <= 500; step++)
      logdir.append('events.out.tfevents.1', scalar('loss', step, step));
    await expect.poll(() => monitor.summary('run')?.tags[0]?.count).toBe(500);
    expect(heard).toBeLessThan(500);
  });

  it('forgets a run that is no longer watched, and follows a run that moved', async () => {
    logdir.append('a/events.out.tfevents.1', scalar('loss', 1, 1));
    logdir.append('b/events.out.tfevents.1', scalar('loss', 9, 9));
    monitor.watch('run', join(logdir.path, 'a'));
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(1);
    monitor.watch('run', join(logdir.path, 'b'));
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(9);
    monitor.unwatch('run');
    expect(monitor.summary('run')).toBeUndefined();
    await expect(monitor.query(query('run'))).rejects.toThrow('The run run is not watched.');
  });

  it('says which curve there is not', async () => {
    monitor.watch('run', logdir.path);
    await expect(monitor.query(query('run'))).rejects.toThrow(`${logdir.path} has no curve loss.`);
  });
});

describe('the worker', () => {
  it('sends no second summary of a run before the first was taken, then the latest', async () => {
    const worker = new Worker(workerPath);
    type Heard = FromMonitorWorker | Answer<MonitorRequests>;
    const heard: Heard[] = [];
    worker.on('message', (message: Heard) => heard.push(message));
    const send = (message: ToMonitorWorker | Question<MonitorRequests>): void => {
      worker.postMessage(message);
    };
    logdir.append('events.out.tfevents.1', scalar('loss', 1, 1));
    send({ type: 'watch', run: 'run', logdir: logdir.path });
    await expect.poll(() => heard.length).toBe(1);
    for (let step = 2; step <= 10; step++) logdir.append('events.out.tfevents.1', scalar('loss', step, step));
    // Answered queries show that all of it was read meanwhile.
    await expect
      .poll(() => {
        send({ type: 'curve', id: 0, ...query('run') });
        return heard.some(message => message.type === 'answer' && message.answer.count === 10);
      })
      .toBe(true);
    expect(heard.filter(({ type }) => type === 'summary')).toHaveLength(1);
    send({ type: 'summaryTaken', run: 'run' });
    await expect
      .poll(() => heard.filter(({ type }) => type === 'summary').at(-1))
      .toMatchObject({ summary: { newestStep: 10 } });
    expect(heard.filter(({ type }) => type === 'summary')).toHaveLength(2);
    await worker.terminate();
  });

  it('says of a new point which tag moved, not which tags there are', async () => {
    const worker = new Worker(workerPath);
    const heard: FromMonitorWorker[] = [];
    worker.on('message', (message: FromMonitorWorker) => {
      heard.push(message);
      worker.postMessage({ type: 'summaryTaken', run: 'run' } satisfies ToMonitorWorker);
    });
    const tags = Array.from({ length: 200 }, (_, i) => `losses/layer_${i}/total_loss`);
    logdir.append('events.out.tfevents.1', ...tags.map(tag => scalar(tag, 1, 0.5)));
    worker.postMessage({ type: 'watch', run: 'run', logdir: logdir.path } satisfies ToMonitorWorker);
    await expect.poll(() => heard.flatMap(({ tags: change }) => change?.list ?? []).length).toBe(200);
    await expect.poll(() => heard.at(-1)?.summary.loading).toBe(false);
    heard.length = 0;
    logdir.append('events.out.tfevents.1', scalar('losses/layer_7/total_loss', 2, 0.25));
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]?.tags).toMatchObject({ list: null, at: Uint32Array.of(7), counts: Float64Array.of(2) });
    expect(serialize(heard[0]).length).toBeLessThan(600);
    await worker.terminate();
  });
});

describe('a worker that dies', () => {
  it('is replaced, and the new one is told of all runs', async () => {
    // The real worker, but it dies when it is asked for the tag "die".
    const mortal = join(folder, 'mortal.mjs');
    writeFileSync(
      join(folder, 'mortality.mjs'),
      `import { parentPort } from 'node:worker_threads';
parentPort.addEventListener('message', message => {
  if (message.data.tag !== 'die') return;
  message.stopImmediatePropagation();
  throw new Error('out of memory');
});`,
    );
    writeFileSync(mortal, `import './mortality.mjs';\nimport './worker.mjs';`);
    monitor = new Monitor(mortal);
    logdir.append('events.out.tfevents.1', scalar('loss', 1, 1));
    monitor.watch('run', logdir.path);
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(1);
    await expect(monitor.query({ ...query('run'), tag: 'die' })).rejects.toThrow(
      'The thread that reads event files ended: out of memory.',
    );
    await expect.poll(async () => (await monitor.query(query('run'))).count).toBe(1);
    logdir.append('events.out.tfevents.1', scalar('loss', 2, 2));
    await expect.poll(() => monitor.summary('run')?.newestStep).toBe(2);
  });

  it('again and again is reported at the runs', async () => {
    const stillborn = join(folder, 'stillborn.mjs');
    writeFileSync(stillborn, `throw new Error('no such instruction');`);
    monitor = new Monitor(stillborn);
    monitor.watch('run', logdir.path);
    await expect
      .poll(() => monitor.summary('run')?.problems)
      .toEqual([
        {
          file: logdir.path,
          offset: 0,
          bytes: 0,
          message: 'The thread that reads event files ended: no such instruction.',
        },
      ]);
  });
});
