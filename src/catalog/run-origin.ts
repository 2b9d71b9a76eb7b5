/** Where the values came from that a warm-started run began with. */

import { basename, dirname } from 'node:path';
import { stepOf } from '../formats/bundle-file-names.ts';
import type { OriginName } from '../protocol/run-origin.ts';
import type { Attempt } from '../runs/followed-attempt.ts';
import { runOfCheckpoint } from './run-of-checkpoint.ts';

export interface Origin extends OriginName {
  /** Path of the checkpoint, or what else the values came from. */
  readonly from: string;
  /** The run that saved the checkpoint, by its id; null: none that is known here. */
  readonly run: string | null;
}

interface KnownRun {
  readonly id: string;
  readonly name: string;
  readonly logdir: string | null;
}

/** null: the run was not warm-started. */
export function originOf(attempts: readonly Attempt[], runs: readonly KnownRun[]): Origin | null {
  const from = attempts.findLast(({ record }) => record.restored !== undefined)?.record.restored?.from;
  if (from === undefined) return null;
  const step = stepOf(from) ?? null;
  const source = runOfCheckpoint(from, runs);
  const fileName = basename(step === null ? from : dirname(from));
  return { from, run: source?.id ?? null, name: source?.name ?? fileName, step };
}
