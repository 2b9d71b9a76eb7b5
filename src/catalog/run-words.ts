/** What the run view, the status bar and the messages say of a run. */

import type { CheckpointFile } from '../monitor/checkpoint-watch.ts';
import type { NumberFormat } from '../protocol/number-format.ts';
import { originWords } from '../protocol/run-origin.ts';
import type { RunProgress } from '../protocol/run.ts';
import type { Attempt } from '../runs/followed-attempt.ts';
import { pastTime } from './past-time.ts';
import { currentAttempt } from '../runs/attempt-groups.ts';
import type { TrainingRun } from './training-run.ts';

const BETWEEN = ' · ';

/** Behind the run's name in the tree: most wanted first, since the right end is cut. */
export function describeRun(run: TrainingRun, numbers: NumberFormat, now: number): string {
  const attempt = currentAttempt(run);
  if (attempt === undefined) return describeForeign(run, numbers, now);
  const origin = run.origin === null ? null : `from ${originWords(run.origin, numbers)}`;
  return words(describeAttempt(attempt, numbers, now), origin);
}

function describeAttempt({ record, state }: Attempt, numbers: NumberFormat, now: number): string {
  const { progress } = record;
  const ended = record.endedAt === undefined ? null : pastTime(record.endedAt, now);
  const loss = lossWords(progress, numbers);
  const step = progress === undefined ? null : numbers.count(progress.step);
  switch (state) {
    case 'starting':
      return 'starting';
    case 'running':
      return progress === undefined ? 'waiting for the first step' : runningWords(progress, numbers);
    case 'paused':
      return words(progress === undefined ? 'paused' : `paused at ${stepOfAll(progress, numbers)}`, loss);
    case 'stopping':
      return words(step === null ? 'stopping' : `stopping at ${step}`, loss);
    case 'done':
      return words(step === null ? 'done' : `${step} steps`, loss, ended);
    case 'stopped':
      return words(step === null ? 'stopped' : `stopped at ${step}`, loss, ended);
    case 'failed':
      return firstLine(record.failure?.message ?? 'failed');
    case 'lost':
      return words('process ended unexpectedly', step === null ? null : `step ${step}`, loss);
  }
}

function describeForeign(run: TrainingRun, numbers: NumberFormat, now: number): string {
  const { summary } = run;
  if (summary === null || (summary.loading && summary.newestStep === null)) return 'reading';
  if (summary.newestStep === null) return 'no event files yet';
  const when = summary.newestWallTime === null ? null : pastTime(summary.newestWallTime * 1000, now);
  return words(`step ${numbers.count(summary.newestStep)}`, when);
}

/** `lenet-warm 42% · loss 0.183 · 2m left (+1)`, for the status bar. */
export function describeLiveRuns(runs: readonly TrainingRun[], numbers: NumberFormat): string {
  const [first] = runs;
  const attempt = first === undefined ? undefined : currentAttempt(first);
  if (first === undefined || attempt === undefined) return '';
  const others = runs.length > 1 ? ` (+${runs.length - 1})` : '';
  return `${first.name} ${words(stateWords(attempt, numbers), lossWords(attempt.record.progress, numbers), leftWords(attempt))}${others}`;
}

function stateWords({ record, state }: Attempt, numbers: NumberFormat): string {
  const { progress } = record;
  if (progress === undefined) return state;
  const { step, numberOfSteps } = progress;
  const reached =
    numberOfSteps === null || numberOfSteps === 0
      ? `step ${numbers.count(step)}`
      : wholePercent(step / numberOfSteps);
  return state === 'running' ? reached : `${state} at ${reached}`;
}

/** 99.9 % is not all: rounded down. */
function wholePercent(fraction: number): string {
  return `${Math.floor(Math.min(fraction, 1) * 100)}%`;
}

function leftWords({ record, state }: Attempt): string | null {
  const secondsLeft = record.progress?.secondsLeft ?? null;
  return state === 'running' && secondsLeft !== null ? `${roughDuration(secondsLeft)} left` : null;
}

function runningWords(progress: RunProgress, numbers: NumberFormat): string {
  const left = progress.secondsLeft === null ? null : `${roughDuration(progress.secondsLeft)} left`;
  return words(`step ${stepOfAll(progress, numbers)}`, lossWords(progress, numbers), left);
}

/** `done in 3m 27s at step 9,800`, `stopped at step 1,678 after 19s`: how an attempt came to a good end. */
export function endWords({ record, state }: Attempt, numbers: NumberFormat): string {
  const time =
    record.endedAt === undefined ? null : numbers.duration((record.endedAt - record.startedAt) / 1000);
  const step = record.progress === undefined ? '' : ` at step ${numbers.count(record.progress.step)}`;
  if (time === null) return `${state}${step}`;
  return state === 'done' ? `done in ${time}${step}` : `${state}${step} after ${time}`;
}

/** `10.2 MB · best` behind the checkpoint's name. */
export function describeCheckpoint(
  checkpoint: CheckpointFile,
  run: TrainingRun,
  numbers: NumberFormat,
): string {
  const begun = run.attempts.findIndex(
    ({ record }, index) => index > 0 && record.startStep === checkpoint.step,
  );
  return words(
    numbers.fileSize(checkpoint.bytes),
    checkpoint.best ? 'best' : null,
    begun < 0 ? null : `attempt ${numbers.count(begun + 1)} began here`,
  );
}

/** In its largest unit only: `45s`, `2m`, `3h`, `2d`. */
function roughDuration(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))}s`;
  if (seconds < 59.5 * 60) return `${Math.round(seconds / 60)}m`;
  if (seconds < 23.5 * 3600) return `${Math.round(seconds / 3600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}

function stepOfAll({ step, numberOfSteps }: RunProgress, numbers: NumberFormat): string {
  return numberOfSteps === null
    ? numbers.count(step)
    : `${numbers.count(step)} / ${numbers.count(numberOfSteps)}`;
}

function lossWords(progress: RunProgress | undefined, numbers: NumberFormat): string | null {
  const loss = progress?.loss ?? null;
  return loss === null ? null : `loss ${numbers.brief(loss)}`;
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function words(...parts: readonly (string | null)[]): string {
  return parts.filter(part => part !== null).join(BETWEEN);
}
