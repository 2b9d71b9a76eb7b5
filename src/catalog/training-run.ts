/** A run as the views show it: a log folder, and the attempts that trained into it. */

import { basename, dirname, join } from 'node:path';
import type { CheckpointFile } from '../monitor/checkpoint-watch.ts';
import { isLive, type RunProgress, type RunState } from '../protocol/run.ts';
import type { LogSummary } from '../protocol/series.ts';
import type { Attempt } from '../runs/followed-attempt.ts';
import type { Origin } from './run-origin.ts';

export interface TrainingRun {
  /** The first attempt's id; of a foreign run, one made from its log folder. */
  readonly id: string;
  readonly name: string;
  /** Absolute; null until the script has said it. */
  readonly logdir: string | null;
  /** Oldest first. None: another program wrote this log folder. */
  readonly attempts: readonly Attempt[];
  readonly summary: LogSummary | null;
  /** Newest first. */
  readonly checkpoints: readonly CheckpointFile[];
  readonly plotted: boolean;
  readonly series: number;
  /** null: it was not warm-started. */
  readonly origin: Origin | null;
}

/** The one that lives, otherwise the newest: a second start that failed does not hide a run that goes on. */
export function currentAttempt(run: TrainingRun): Attempt | undefined {
  return run.attempts.findLast(({ state }) => isLive(state)) ?? run.attempts.at(-1);
}

/** null: a foreign run, of which nobody knows whether its program still runs. */
export function stateOf(run: TrainingRun): RunState | null {
  return currentAttempt(run)?.state ?? null;
}

export function progressOf(run: TrainingRun): RunProgress | null {
  return currentAttempt(run)?.record.progress ?? null;
}

export function isLiveRun(run: TrainingRun): boolean {
  const state = stateOf(run);
  return state !== null && isLive(state);
}

export interface AttemptGroup {
  readonly id: string;
  readonly name: string;
  readonly logdir: string | null;
  readonly attempts: readonly Attempt[];
}

/**
 * Attempts with one log folder are one run. An attempt that has not said its log folder yet is taken for one of the
 * run that the same script with the same settings trained last: what fails at import then shows where it is looked for.
 * Newest run first.
 */
export function groupAttempts(attempts: readonly Attempt[]): AttemptGroup[] {
  const inOrder = attempts.toSorted(
    (a, b) => a.record.startedAt - b.record.startedAt || compare(a.record.id, b.record.id),
  );
  const groups = new Map<string, Attempt[]>();
  const lastLogdir = new Map<string, string>();
  for (const attempt of inOrder) {
    const { record } = attempt;
    const settings = JSON.stringify([record.script, record.cwd, record.overrides]);
    const logdir = record.logdir ?? record.overrides.logdir ?? lastLogdir.get(settings) ?? null;
    if (logdir !== null) lastLogdir.set(settings, logdir);
    const key = logdir ?? `attempt ${record.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [attempt]);
    else group.push(attempt);
  }
  return [...groups.values()].map(toGroup).sort((a, b) => newestStart(b) - newestStart(a));
}

function toGroup(attempts: readonly Attempt[]): AttemptGroup {
  const records = attempts.map(({ record }) => record);
  const newest = records.at(-1);
  const logdir =
    records.findLast(record => record.logdir !== null)?.logdir ?? newest?.overrides.logdir ?? null;
  return { id: records[0]?.id ?? '', name: newest?.name ?? '', logdir, attempts };
}

function newestStart(group: AttemptGroup): number {
  return group.attempts.at(-1)?.record.startedAt ?? 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Runs of one name are told apart by the folder above their log folders: `a/train` and `b/train`. */
export function tellApart<T extends { readonly name: string; readonly logdir: string | null }>(
  runs: readonly T[],
): T[] {
  const counts = new Map<string, number>();
  for (const { name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return runs.map(run =>
    run.logdir !== null && (counts.get(run.name) ?? 0) > 1
      ? { ...run, name: join(basename(dirname(run.logdir)), run.name) }
      : run,
  );
}
