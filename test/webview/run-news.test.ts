import { describe, expect, it } from 'vitest';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { runNews } from '../../webview/dashboard/runs/run-news.ts';
import { run } from './scenes.ts';

const numbers = new NumberFormat('en-US');
const running = run('lenet', 0, {
  state: 'running',
  startedAt: 0,
  checkpoints: [{ step: 1000, best: false }],
});

describe('runNews', () => {
  it('says nothing of progress', () => {
    const progress = { step: 1, numberOfSteps: 2, loss: 3, stepsPerSec: 4, secondsLeft: 5 };
    expect(runNews([running], [{ ...running, progress }], numbers)).toEqual([]);
  });

  it('says a start, a checkpoint and an end', () => {
    expect(runNews([], [running], numbers)).toEqual(['lenet: running']);
    const saved = { ...running, checkpoints: [...running.checkpoints, { step: 2000, best: true }] };
    expect(runNews([running], [saved], numbers)).toEqual(['lenet: checkpoint of step 2,000 saved, the best']);
    expect(runNews([saved], [{ ...saved, state: 'done', endedAt: 207_000 }], numbers)).toEqual([
      'lenet: done in 3m 27s',
    ]);
    const failure = { message: 'NaN in loss at step 312.' };
    expect(runNews([saved], [{ ...saved, state: 'failed', failure }], numbers)).toEqual([
      'lenet: stopped. NaN in loss at step 312.',
    ]);
  });
});
