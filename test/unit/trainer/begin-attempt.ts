import { basename } from 'node:path';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { Attempt } from '../../../src/trainer/attempt/attempt.ts';
import { begunRecord } from '../runs/example-record.ts';

/** An attempt of this process, in that run folder, that has just begun. */
export function beginAttempt(folder: string, change: Partial<RunRecord> = {}): Promise<Attempt> {
  const own = { id: basename(folder), pid: process.pid, logdir: null, hparams: {}, startedAt: Date.now() };
  const record: RunRecord = { ...begunRecord, ...own, ...change };
  return Attempt.begin(folder, record, message => {
    throw new Error(message);
  });
}
