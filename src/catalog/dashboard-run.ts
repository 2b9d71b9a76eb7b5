/** A run as the dashboard gets it: without paths, and nothing that it does not show. */

import type { DashboardRun } from '../protocol/dashboard.ts';
import { currentAttempt, progressOf, stateOf } from '../runs/attempt-groups.ts';
import type { TrainingRun } from './training-run.ts';
import type { FedRun } from './dashboard-feed.ts';

export function toFedRun(run: TrainingRun): FedRun {
  return { run: toDashboardRun(run), tags: run.summary?.tags ?? [] };
}

function toDashboardRun(run: TrainingRun): DashboardRun {
  const record = currentAttempt(run)?.record;
  return {
    id: run.id,
    name: run.name,
    state: stateOf(run),
    attempt: run.attempts.length,
    plotted: run.plotted,
    series: run.series,
    progress: progressOf(run),
    backend: record?.backend ?? null,
    failure: record?.failure ?? null,
    origin: run.origin === null ? null : { name: run.origin.name, step: run.origin.step },
    startedAt: record?.startedAt ?? null,
    endedAt: record?.endedAt ?? null,
    checkpoints: run.checkpoints.map(({ step, best }) => ({ step, best })),
    loading: run.logdir !== null && (run.summary?.loading ?? true),
    problems: run.summary?.problems ?? [],
  };
}
