import { beforeEach, describe, expect, it } from 'vitest';
import { RunActions } from '../../../src/catalog/run-actions.ts';
import type { TrainingRun } from '../../../src/catalog/training-run.ts';
import { attempt, foreignRun, runOf } from './attempts.ts';

let asked: string[];
let runs: readonly TrainingRun[];
let actions: RunActions;

beforeEach(() => {
  asked = [];
  const ask =
    <T>(what: string, answer: T) =>
    (folder: string): Promise<T> => {
      asked.push(`${what} ${folder}`);
      return Promise.resolve(answer);
    };
  const store = {
    stop: ask('stop', true),
    kill: ask('kill', true),
    pause: ask('pause', undefined),
    resume: ask('resume', undefined),
    save: ask('save', { path: 'model.ckpt-7', step: 7 }),
  };
  actions = new RunActions({ store, list: { run: id => runs.find(run => run.id === id) } });
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

  it('says why it cannot act on a run that is gone or that is not ours', async () => {
    runs = [foreignRun()];
    await expect(actions.stop('a')).rejects.toThrow('That run is no longer there.');
    await expect(actions.stop('log-1')).rejects.toThrow('keras was started by another program');
    expect(asked).toEqual([]);
  });
});
