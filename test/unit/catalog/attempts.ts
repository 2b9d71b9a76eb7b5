import type { RunRecord } from '../../../src/protocol/run.ts';
import type { Attempt } from '../../../src/runs/followed-attempt.ts';
import { originOf } from '../../../src/catalog/run-origin.ts';
import { groupAttempts } from '../../../src/runs/attempt-groups.ts';
import type { TrainingRun } from '../../../src/catalog/training-run.ts';

/** An attempt that has ended well, but for what is said. */
export function attempt(fields: Partial<RunRecord> = {}): Attempt {
  const record: RunRecord = {
    schemaVersion: 1,
    id: 'first',
    name: 'lenet',
    launcher: 'local',
    command: ['node', 'slim-train.js', 'run', 'train.ts'],
    script: '/home/ada/digits/train.ts',
    cwd: '/home/ada/digits',
    logdir: '/home/ada/digits/runs/lenet',
    overrides: {},
    hparams: {},
    host: 'here',
    pid: 4711,
    processStartTime: '1',
    state: 'done',
    startedAt: 1000,
    ...fields,
  };
  const folder = `/home/ada/digits/.slim/runs/${record.id}`;
  return { folder, record, wasReached: true, state: record.state };
}

/** The run of these attempts, with nothing known of its log. */
export function runOf(...attempts: readonly Attempt[]): TrainingRun {
  const [group] = groupAttempts(attempts);
  if (group === undefined) throw new Error('no attempts');
  const origin = originOf(group.attempts, [group]);
  return { ...group, summary: null, checkpoints: [], plotted: true, series: 0, origin };
}

/** A log folder that another program wrote. */
export function foreignRun(fields: Partial<TrainingRun> = {}): TrainingRun {
  const run = { id: 'log-1', name: 'keras', logdir: '/logs/keras', attempts: [], summary: null };
  return { ...run, checkpoints: [], plotted: true, series: 0, origin: null, ...fields };
}
