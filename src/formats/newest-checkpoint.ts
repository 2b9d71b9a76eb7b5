/** Which checkpoint of a log folder is the newest sound one: its `checkpoint` file may be stale or damaged. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithin } from './is-within.ts';
import { messageOf } from '../protocol/error-message.ts';
import { indexFile, prefixesIn, stepOf } from './bundle-file-names.ts';
import { checkpointStateFile, readCheckpointState, type CheckpointState } from './checkpoint-state.ts';
import { FormatError } from './format-error.ts';
import { openTensorflowCheckpoint } from './tensorflow-checkpoint.ts';

export interface DamagedCheckpoint {
  readonly prefix: string;
  /** For people: which file is damaged and how. */
  readonly reason: string;
}

export interface NewestCheckpoint {
  /** Undefined: the folder holds no checkpoint that could be verified. `step` is undefined when its name has none. */
  readonly newest: { readonly prefix: string; readonly step: number | undefined } | undefined;
  /** What was newer, or what the `checkpoint` file pointed to, and why it was passed over. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/**
 * The checkpoint to resume from: the newest one of which every byte was verified. Newest is what the `checkpoint` file
 * says, except that one which was committed after that file was written (by a process killed in between) comes first;
 * then the others that the file lists, then whatever else is in the folder. One that is not in the folder comes last,
 * also where the file names it: of a folder that was copied in part, the copy is meant.
 *
 * @param damageOf Why a checkpoint cannot be used; undefined when it is sound. Default: it is read.
 */
export async function newestSoundCheckpoint(dir: string, damageOf = damageIn): Promise<NewestCheckpoint> {
  const damaged: DamagedCheckpoint[] = [];
  for (const prefix of await candidates(dir, damaged)) {
    const reason = await damageOf(prefix);
    if (reason === undefined) return { newest: { prefix, step: stepOf(prefix) }, damaged };
    damaged.push({ prefix, reason });
  }
  return { newest: undefined, damaged };
}

/** Path prefixes, the most wanted first. A damaged `checkpoint` file is added to `damaged` and done without. */
async function candidates(dir: string, damaged: DamagedCheckpoint[]): Promise<string[]> {
  let state: CheckpointState | undefined;
  try {
    state = await readCheckpointState(dir);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damaged.push({ prefix: checkpointStateFile(dir), reason: error.message });
  }
  const inFolder = await checkpointsIn(dir);
  if (state === undefined) return inFolder.map(found => found.prefix);
  const present = new Set(inFolder.map(found => found.prefix));
  const { model } = state;
  const listed = new Set([model, ...[...state.all].reverse()]);
  const stateTime = await modificationTime(checkpointStateFile(dir));
  const stateStep = stepOf(model) ?? -1;
  const committedLater = inFolder.filter(
    found =>
      !listed.has(found.prefix) && found.modified > stateTime && (stepOf(found.prefix) ?? -1) > stateStep,
  );
  const wanted = [...listed].filter(prefix => prefix === model || present.has(prefix));
  return [
    ...new Set([
      ...committedLater.map(found => found.prefix),
      ...wanted.filter(prefix => isWithin(dir, prefix)),
      ...inFolder.map(found => found.prefix),
      model,
    ]),
  ];
}

/** The committed checkpoints of a folder, that is those with an index: by step, the highest first. */
async function checkpointsIn(dir: string): Promise<{ prefix: string; modified: number }[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    prefixesIn(names).map(async name => {
      const prefix = join(dir, name);
      return { prefix, modified: await modificationTime(indexFile(prefix)) };
    }),
  );
  return found.sort((a, b) => (stepOf(b.prefix) ?? -1) - (stepOf(a.prefix) ?? -1) || b.modified - a.modified);
}

/** Milliseconds since 1970; 0 when there is no such file (any more). */
async function modificationTime(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/** A `damageOf` for those who look again and again: a checkpoint is read once, for as long as its index is the same. */
export function damageReadOnce(): (prefix: string) => Promise<string | undefined> {
  const known = new Map<string, { readonly modified: number; readonly damage: string | undefined }>();
  return async prefix => {
    const modified = await modificationTime(indexFile(prefix));
    const before = known.get(prefix);
    if (before !== undefined && modified !== 0 && before.modified === modified) return before.damage;
    const damage = await damageIn(prefix);
    known.set(prefix, { modified, damage });
    return damage;
  };
}

/** Why a checkpoint cannot be used; undefined when every checksum of it is right. */
async function damageIn(prefix: string): Promise<string | undefined> {
  try {
    const checkpoint = await openTensorflowCheckpoint(prefix);
    try {
      await checkpoint.verify();
    } finally {
      await checkpoint.close();
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
