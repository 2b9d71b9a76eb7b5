/** `best_checkpoints.json` of a log folder: which of its checkpoints had the best values of a metric. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const BEST_CHECKPOINTS_FILE = 'best_checkpoints.json';

export interface BestCheckpoint {
  /** File name prefix, `model.ckpt-500`. */
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

export interface BestCheckpointsFile {
  readonly metric: string;
  /** Whether more is better. */
  readonly mode: 'max' | 'min';
  /** Best first. */
  readonly checkpoints: readonly BestCheckpoint[];
}

/** Undefined when there is none, or something else under its name. */
export async function readBestCheckpoints(logdir: string): Promise<BestCheckpointsFile | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(join(logdir, BEST_CHECKPOINTS_FILE), 'utf8'));
    return isBestCheckpoints(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isBestCheckpoints(content: unknown): content is BestCheckpointsFile {
  if (typeof content !== 'object' || content === null) return false;
  const { metric, mode, checkpoints } = content as Partial<Record<keyof BestCheckpointsFile, unknown>>;
  return (
    typeof metric === 'string' &&
    (mode === 'max' || mode === 'min') &&
    Array.isArray(checkpoints) &&
    checkpoints.every(isBestCheckpoint)
  );
}

function isBestCheckpoint(entry: unknown): entry is BestCheckpoint {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, step, value } = entry as Partial<Record<keyof BestCheckpoint, unknown>>;
  return typeof name === 'string' && typeof step === 'number' && typeof value === 'number';
}
