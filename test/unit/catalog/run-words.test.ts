import { describe, expect, it } from 'vitest';
import { NumberFormat } from '../../../src/protocol/number-format.ts';
import {
  describeCheckpoint,
  describeLiveRuns,
  describeRun,
  endWords,
} from '../../../src/catalog/run-words.ts';
import { attempt, foreignRun, runOf } from './attempts.ts';

const numbers = new NumberFormat('en-US');
const now = new Date(2026, 2, 18, 15, 30).getTime();
const yesterday = now - 24 * 3600 * 1000;

const progress = { step: 4210, numberOfSteps: 10_000, loss: 0.18312, stepsPerSec: 48.2, secondsLeft: 120 };

describe('describeRun', () => {
  it.each([
    [{ state: 'starting' }, 'starting'],
    [{ state: 'running' }, 'waiting for the first step'],
    [{ state: 'running', progress }, 'step 4,210 / 10,000 · loss 0.183 · 2m left'],
    [
      { state: 'running', progress: { ...progress, numberOfSteps: null, secondsLeft: null } },
      'step 4,210 · loss 0.183',
    ],
    [{ state: 'paused', progress }, 'paused at 4,210 / 10,000 · loss 0.183'],
    [{ state: 'stopping', progress }, 'stopping at 4,210 · loss 0.183'],
    [
      { state: 'done', progress: { ...progress, step: 6000, loss: 0.214 }, endedAt: yesterday },
      '6,000 steps · loss 0.214 · yesterday',
    ],
    [
      { state: 'stopped', progress: { ...progress, step: 2000, loss: 0.611 }, endedAt: now },
      'stopped at 2,000 · loss 0.611 · just now',
    ],
    [
      { state: 'failed', failure: { message: 'NaN in loss at step 312\nat train.ts' } },
      'NaN in loss at step 312',
    ],
    [{ state: 'failed' }, 'failed'],
    [{ state: 'lost', progress }, 'process ended unexpectedly · step 4,210 · loss 0.183'],
  ] as const)('%j: %s', (fields, words) => {
    expect(describeRun(runOf(attempt(fields)), numbers, now)).toBe(words);
  });

  it('says at the end where a warm start came from', () => {
    const restored = { from: '/logs/base/model.ckpt-4000', mapping: null };
    expect(describeRun(runOf(attempt({ state: 'running', progress, restored })), numbers, now)).toBe(
      'step 4,210 / 10,000 · loss 0.183 · 2m left · from base at step 4,000',
    );
  });

  it('speaks of the newest attempt', () => {
    const run = runOf(
      attempt({ state: 'failed', id: 'a' }),
      attempt({ state: 'running', id: 'b', startedAt: 2000 }),
    );
    expect(describeRun(run, numbers, now)).toBe('waiting for the first step');
  });

  it('tells of a foreign run what its event files tell', () => {
    const summary = {
      run: 'log-1',
      loading: false,
      tags: [],
      newestStep: 5000,
      newestWallTime: yesterday / 1000,
      problems: [],
    };
    expect(describeRun(foreignRun({ summary }), numbers, now)).toBe('step 5,000 · yesterday');
    expect(describeRun(foreignRun(), numbers, now)).toBe('reading');
    expect(describeRun(foreignRun({ summary: { ...summary, newestStep: null } }), numbers, now)).toBe(
      'no event files yet',
    );
  });
});

describe('describeLiveRuns', () => {
  const running = runOf(attempt({ name: 'lenet-warm', state: 'running', progress }));

  it('names the first and counts the others', () => {
    expect(describeLiveRuns([running, running], numbers)).toBe('lenet-warm 42% · loss 0.183 · 2m left (+1)');
  });

  it('does not say 100% before the end', () => {
    const nearly = runOf(
      attempt({ state: 'running', progress: { ...progress, step: 9999, secondsLeft: 0.02 } }),
    );
    expect(describeLiveRuns([nearly], numbers)).toBe('lenet 99% · loss 0.183 · 0s left');
  });

  it('says that a run is paused, or has not begun', () => {
    expect(describeLiveRuns([runOf(attempt({ state: 'paused', progress }))], numbers)).toBe(
      'lenet paused at 42% · loss 0.183',
    );
    expect(describeLiveRuns([runOf(attempt({ state: 'starting' }))], numbers)).toBe('lenet starting');
  });
});

describe('endWords', () => {
  it('says how long it took and how far it came', () => {
    const ended = attempt({ state: 'done', progress, startedAt: 0, endedAt: 207_000 });
    expect(endWords(ended, numbers)).toBe('done in 3m 27s at step 4,210');
    const stopped = attempt({ state: 'stopped', progress, startedAt: 0, endedAt: 19_000 });
    expect(endWords(stopped, numbers)).toBe('stopped at step 4,210 after 19s');
  });
});

describe('describeCheckpoint', () => {
  it('says its size, whether it is the best, and which attempt began from it', () => {
    const run = runOf(attempt({ id: 'a' }), attempt({ id: 'b', startedAt: 2000, startStep: 2500 }));
    const at = (step: number) => ({
      prefix: `/logs/model.ckpt-${step}`,
      step,
      bytes: 10_234_567,
      modified: 0,
      best: step === 4000,
    });
    expect(describeCheckpoint(at(3000), run, numbers)).toBe('10.2 MB');
    expect(describeCheckpoint(at(4000), run, numbers)).toBe('10.2 MB · best');
    expect(describeCheckpoint(at(2500), run, numbers)).toBe('10.2 MB · attempt 2 began here');
  });
});
