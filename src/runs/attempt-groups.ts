/**
 * Which attempts are one run: all that train into one log folder. The command line, the run view and whatever else
 * speaks of runs has them from here, so they agree on ids, names, states and order.
 */

import { basename, dirname, join } from 'node:path';
import { isLive, type RunProgress, type RunState } from '../protocol/run.ts';
import type { Attempt } from './followed-attempt.ts';

export interface AttemptGroup {
  /** The first attempt's id. */
  readonly id: string;
  readonly name: string;
  /** Absolute; null until the script has said it. */
  readonly logdir: string | null;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

/**
 * Attempts with one log folder are one run. An attempt that has not said its log folder yet is taken for one of the
 * run that the same script with the same settings trained last: what fails at import then shows where it is looked for.
 * The run that began or went on last comes first; no two have one name that their log folders can tell apart.
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
  return tellApart([...groups.values()].map(toGroup).sort((a, b) => newestStart(b) - newestStart(a)));
}

/** The one that lives, otherwise the newest: a second start that failed does not hide a run that goes on. */
export function currentAttempt({ attempts }: Pick<AttemptGroup, 'attempts'>): Attempt | undefined {
  return attempts.findLast(({ state }) => isLive(state)) ?? attempts.at(-1);
}

/** null: nothing here was started by us, and nobody knows whether its program still runs. */
export function stateOf(run: Pick<AttemptGroup, 'attempts'>): RunState | null {
  return currentAttempt(run)?.state ?? null;
}

export function progressOf(run: Pick<AttemptGroup, 'attempts'>): RunProgress | null {
  return currentAttempt(run)?.record.progress ?? null;
}

export function isLiveRun(run: Pick<AttemptGroup, 'attempts'>): boolean {
  const state = stateOf(run);
  return state !== null && isLive(state);
}

/**
 * Runs of one name are told apart by the folder above their log folders: `a/train` and `b/train`.
 *
 * @param others runs that are shown beside them and keep their names.
 */
export function tellApart<T extends Pick<AttemptGroup, 'name' | 'logdir'>>(
  runs: readonly T[],
  others: readonly Pick<AttemptGroup, 'name'>[] = [],
): T[] {
  const counts = new Map<string, number>();
  for (const { name } of [...runs, ...others]) counts.set(name, (counts.get(name) ?? 0) + 1);
  return runs.map(run =>
    run.logdir !== null && (counts.get(run.name) ?? 0) > 1
      ? { ...run, name: join(basename(dirname(run.logdir)), run.name) }
      : run,
  );
}

function toGroup(attempts: readonly Attempt[]): AttemptGroup {
  const records = attempts.map(({ record }) => record);
  const newest = records.at(-1);
  const logdir =
    records.findLast(record => record.logdir !== null)?.logdir ?? newest?.overrides.logdir ?? null;
  return { id: records[0]?.id ?? '', name: newest?.name ?? '', logdir, attempts };
}

function newestStart({ attempts }: AttemptGroup): number {
  return attempts.at(-1)?.record.startedAt ?? 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
