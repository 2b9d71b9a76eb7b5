/** `best_checkpoints.json` of a log folder: which of its checkpoints had the best values of a metric. */

import { join, win32 } from 'node:path';
import { readSmallFile } from './small-file.ts';

export const BEST_CHECKPOINTS_FILE = 'best_checkpoints.json';

/** A thousand times what a hundred checkpoints take. */
const MAX_BYTES = 1 << 24;

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

/**
 * Undefined when there is none, or something else under its name. Left out are names that lead out of the folder: what is
 * no longer among the best is deleted.
 */
export async function readBestCheckpoints(logdir: string): Promise<BestCheckpointsFile | undefined> {
  try {
    const path = join(logdir, BEST_CHECKPOINTS_FILE);
    const content: unknown = JSON.parse(await readSmallFile(path, MAX_BYTES, 'followed'));
    if (!isBestCheckpoints(content)) return undefined;
    return { ...content, checkpoints: content.checkpoints.filter(({ name }) => isNameOnly(name)) };
  } catch {
    return undefined;
  }
}

/** By Windows' rules, under which `..`, `a/b`, `a\b` and `C:a` all say where a file is. */
function isNameOnly(name: string): boolean {
  return win32.basename(name) === name && !['', '.', '..'].includes(name);
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
