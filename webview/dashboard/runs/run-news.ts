import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { RunState } from '../../../src/protocol/run.ts';

/** What happened between two snapshots, in words: a start, a checkpoint, an end. Not progress: that would never stop. */
export function runNews(
  before: readonly DashboardRun[],
  now: readonly DashboardRun[],
  numbers: NumberFormat,
): string[] {
  return now.flatMap(run => {
    const old = before.find(other => other.id === run.id);
    return [...stateNews(old, run, numbers), ...(old ? checkpointNews(old, run, numbers) : [])];
  });
}

function stateNews(old: DashboardRun | undefined, run: DashboardRun, numbers: NumberFormat): string[] {
  if (run.state === null || run.state === old?.state) return [];
  return [`${run.name}: ${stateWords(run.state, run, numbers)}`];
}

function stateWords(
  state: RunState,
  { startedAt, endedAt, failure }: DashboardRun,
  numbers: NumberFormat,
): string {
  const took =
    startedAt !== null && endedAt !== null ? ` in ${numbers.duration((endedAt - startedAt) / 1000)}` : '';
  switch (state) {
    case 'done':
      return `done${took}`;
    case 'stopped':
      return `stopped${took}`;
    case 'failed':
      return `stopped. ${failure?.message ?? 'It failed.'}`;
    case 'lost':
      return 'its process is gone';
    case 'starting':
    case 'running':
    case 'paused':
    case 'stopping':
      return state;
  }
}

function checkpointNews(old: DashboardRun, run: DashboardRun, numbers: NumberFormat): string[] {
  const known = new Set(old.checkpoints.map(({ step }) => step));
  return run.checkpoints
    .filter(({ step }) => !known.has(step))
    .map(
      ({ step, best }) =>
        `${run.name}: checkpoint of step ${numbers.count(step)} saved${best ? ', the best' : ''}`,
    );
}
