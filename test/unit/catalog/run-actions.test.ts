import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunActions } from '../../../src/catalog/run-actions.ts';
import type { RunSpec } from '../../../src/protocol/run-spec.ts';
import type { TrainingRun } from '../../../src/catalog/training-run.ts';
import { isLiveRun } from '../../../src/runs/attempt-groups.ts';
import { attempt, foreignRun, runOf } from './attempts.ts';

let asked: string[];
let runs: readonly TrainingRun[];
let actions: RunActions;

const find = (id: string): TrainingRun | undefined =>
  runs.find(run => run.id === id || run.attempts.some(({ record }) => record.id === id));

beforeEach(() => {
  asked = [];
  const ask =
    <T>(what: string, answer: T) =>
    (folder: string): Promise<T> => {
      asked.push(`${what} ${folder}`);
      return Promise.resolve(answer);
    };
  const store = {
    addRoot: ask('look below', undefined),
    launch: (spec: RunSpec) => {
      asked.push(`launch ${spec.kind}`);
      const begun = attempt({ id: 'b', startedAt: 2, state: 'starting', logdir: null });
      runs = [runOf(attempt({ id: 'a', startedAt: 1 }), begun)];
      return Promise.resolve(begun);
    },
    stop: ask('stop', true),
    kill: ask('kill', true),
    pause: ask('pause', undefined),
    resume: ask('resume', undefined),
    save: ask('save', { path: 'model.ckpt-7', step: 7 }),
  };
  actions = new RunActions({ store, list: { run: find, liveRuns: () => runs.filter(isLiveRun) } });
});

describe('RunActions', () => {
  it('acts on the attempt that lives, whatever the run is called', async () => {
    const first = attempt({ id: 'a', startedAt: 1, state: 'running' });
    const second = attempt({ id: 'b', startedAt: 2, state: 'failed' });
    runs = [runOf(first, second)];
    await actions.pause('a');
    await actions.resume('a');
    expect(await actions.save('a')).toEqual({ path: 'model.ckpt-7', step: 7 });
    expect([await actions.stop('a'), await actions.kill('a')]).toEqual([true, true]);
    expect(asked).toEqual(['pause', 'resume', 'save', 'stop', 'kill'].map(what => `${what} ${first.folder}`));
  });

  it('does not go on with a value that no record keeps', async () => {
    runs = [runOf(attempt({ id: 'a', overrides: { hparams: { apiKey: '(hidden)', rate: '0.1' } } }))];
    await expect(actions.specToGoOn('a')).rejects.toThrow('started with apiKey, of which no record keeps');
  });

  it('starts what was specified where its run is seen, and answers with that run', async () => {
    runs = [];
    const spec = { kind: 'script', cwd: '/home/ada/digits', script: 'train.ts', overrides: {} } as const;
    expect((await actions.start(spec)).id).toBe('a');
    expect(asked).toEqual(['look below /home/ada/digits', 'launch script']);
  });

  it('knows which run trains with a script, but not one that is just ending', async () => {
    const live = runOf(attempt({ id: 'a', script: '/train.ts', state: 'stopping' }));
    runs = [live];
    expect(await actions.trainingOf('/other.ts')).toBeUndefined();
    expect(await actions.trainingOf('/train.ts')).toBe(live);
    const ending = actions.trainingOf('/train.ts');
    runs = [runOf(attempt({ id: 'a', script: '/train.ts', state: 'stopped' }))];
    expect(await ending).toBeUndefined();
  });

  it('starts a run again as it was started, but repeats no warm start that it can go on from', async () => {
    const logdir = await mkdtemp(join(tmpdir(), 'slim-actions-'));
    try {
      const overrides = { restore: '/warm.restore.json', numberOfSteps: 9 };
      runs = [runOf(attempt({ id: 'a', logdir, overrides }))];
      const spec = { cwd: '/home/ada/digits', script: '/home/ada/digits/train.ts' };
      expect(await actions.specToGoOn('a')).toEqual({ ...spec, overrides });
      await writeFile(join(logdir, 'model.ckpt-7.index'), '');
      expect(await actions.specToGoOn('a')).toEqual({ ...spec, overrides: { numberOfSteps: 9 } });
      runs = [runOf(attempt({ id: 'a', script: null }))];
      await expect(actions.specToGoOn('a')).rejects.toThrow('lenet was not started from a script');
    } finally {
      await rm(logdir, { recursive: true });
    }
  });

  it('says why it cannot act on a run that is gone or that is not ours', async () => {
    runs = [foreignRun()];
    await expect(actions.stop('a')).rejects.toThrow('That run is no longer there.');
    await expect(actions.stop('log-1')).rejects.toThrow('keras was started by another program');
    expect(asked).toEqual([]);
  });
});
