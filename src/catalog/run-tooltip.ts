/** Everything that is known of a run, as Markdown for its tooltip. */

import type { NumberFormat } from '../protocol/number-format.ts';
import { originWords } from '../protocol/run-origin.ts';
import type { RunRecord } from '../protocol/run.ts';
import { describeRun } from './run-words.ts';
import { currentAttempt } from '../runs/attempt-groups.ts';
import type { TrainingRun } from './training-run.ts';

/** Names, paths, messages and values come from others: they are shown as text, whatever Markdown or HTML is in them. */
export function runTooltip(run: TrainingRun, numbers: NumberFormat, now: number): string {
  const attempt = currentAttempt(run);
  const record = attempt?.record;
  const rows: (readonly [string, string | undefined])[] = [
    ['Log folder', run.logdir ?? undefined],
    ...(record === undefined ? foreignRows(run) : attemptRows(record, run, numbers)),
    ['Note', attempt?.note],
    ['Damaged', run.summary?.problems.map(({ message }) => message).join('; ')],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`- ${name}: ${escapeMarkdown(value)}`],
  );
  return [
    `**${escapeMarkdown(run.name)}** ${escapeMarkdown(describeRun(run, numbers, now))}`,
    '',
    ...lines,
  ].join('\n');
}

function foreignRows(run: TrainingRun): (readonly [string, string | undefined])[] {
  const scalars = run.summary?.tags.filter(({ kind }) => kind === 'scalar').map(({ tag }) => tag);
  return [
    ['Written by', 'another program'],
    ['Scalars', scalars?.slice(0, 12).join(', ')],
  ];
}

function attemptRows(
  record: RunRecord,
  { attempts: { length: attempts }, origin }: TrainingRun,
  numbers: NumberFormat,
): (readonly [string, string | undefined])[] {
  const { progress } = record;
  const hparams = Object.entries(record.hparams).map(([name, value]) => `${name} = ${String(value)}`);
  return [
    ['Failure', record.failure?.message],
    ['Step', said(progress?.step, step => numbers.count(step))],
    ['Loss', said(progress?.loss, loss => numbers.precise(loss))],
    ['Speed', said(progress?.stepsPerSec, speed => `${numbers.rate(speed)} steps/s`)],
    ['Attempt', attempts > 1 ? numbers.count(attempts) : undefined],
    ['Warm start', origin === null ? undefined : `from ${originWords(origin, numbers)} (${origin.from})`],
    ['Restore mapping', record.restored?.mapping ?? undefined],
    ['Began', new Date(record.startedAt).toLocaleString()],
    [
      'Took',
      record.endedAt === undefined ? undefined : numbers.duration((record.endedAt - record.startedAt) / 1000),
    ],
    ['Script', record.script ?? undefined],
    ['Backend', record.backend?.description],
    ['Mode', modeWords(record)],
    ['Hyperparameters', hparams.join(', ')],
    ['Git commit', record.gitCommit],
    ['Command', record.command.join(' ')],
  ];
}

function modeWords({ mode, modeReason }: RunRecord): string | undefined {
  return modeReason === undefined ? mode : `${mode ?? ''} (${modeReason})`;
}

function said(value: number | null | undefined, say: (value: number) => string): string | undefined {
  return value === null || value === undefined ? undefined : say(value);
}

/** Everything that Markdown or HTML give a meaning to, and line ends, which would end the list. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!~|$:@]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
