/**
 * What a warm start does with files: writes a restore mapping to begin with, checks one that is to be used, and finds a
 * log folder. Knows nothing of VS Code, and is loaded when it is needed: see run-rooms.ts.
 */

import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openCheckpoint } from '../formats/checkpoint-reader.ts';
import { stepOf } from '../formats/bundle-file-names.ts';
import type { CheckpointVariable } from '../formats/checkpoint.ts';
import { checkpointIn, freshFolder } from '../restore/fresh-log-folder.ts';
import { planRestore, refusalOf } from '../restore/plan-restore.ts';
import {
  formatRestoreFile,
  pathForMapping,
  pathInMapping,
  readRestoreFile,
} from '../restore/restore-file.ts';
import { proposeMapping } from '../restore/suggest-sources.ts';
import type { InspectRequest } from '../runs/launchers/inspect-model.ts';
import type { InspectedModels } from '../runs/launchers/inspected-models.ts';

/** How the script is asked for its model. */
export interface ModelQuestion {
  readonly models: InspectedModels;
  readonly request: InspectRequest;
  readonly signal: AbortSignal;
}

/**
 * Writes a new `NAME.restore.json` beside the script, filled by names and shapes, and resolves to its path.
 *
 * @param checkpoint Anything that openCheckpoint reads.
 * @throws Error, one message, when the checkpoint cannot be read or the model not be inspected: nothing is written then.
 */
export async function draftMapping(
  checkpoint: string,
  { models, request, signal }: ModelQuestion,
): Promise<string> {
  const { prefix, variables } = await listCheckpoint(checkpoint);
  const model = await models.get(request, signal);
  const folder = dirname(request.script);
  const text = formatRestoreFile({
    ...proposeMapping(model.variables, variables),
    checkpoint: pathForMapping(join(folder, SUFFIX), prefix),
    script: pathForMapping(join(folder, SUFFIX), request.script),
  });
  return writeNew(join(folder, nameFor(prefix)), text);
}

/** The script that a mapping is for; null: it does not say. @throws Error with file, line and column of what is wrong. */
export async function scriptOfMapping(path: string): Promise<string | null> {
  const { mapping } = await readRestoreFile(path);
  return mapping.script === null ? null : pathInMapping(path, mapping.script);
}

/**
 * Makes sure that a run can begin as the mapping says, before there is one.
 *
 * @param isTaken whether some run trains into that folder, or is about to.
 * @returns a log folder in place of the script's own, which has checkpoints or is taken; undefined: that one will do.
 * @throws Error, one message, saying all that is wrong with the mapping, its checkpoint or the model.
 */
export async function prepareWarmStart(
  path: string,
  { models, request, signal }: ModelQuestion,
  isTaken: (logdir: string) => boolean,
): Promise<string | undefined> {
  const { mapping } = await readRestoreFile(path);
  if (mapping.checkpoint === null)
    throw new Error(`${path} does not say from which "checkpoint" to restore.`);
  const checkpoint = await listCheckpoint(pathInMapping(path, mapping.checkpoint));
  const model = await models.get(request, signal);
  const refusal = refusalOf(planRestore(model.variables, checkpoint.variables, mapping), checkpoint.prefix);
  if (refusal !== null) throw new Error(`${path}: ${refusal}`);
  const { logdir } = model;
  if (logdir === null) return undefined;
  const isUsed = isTaken(logdir) || (await checkpointIn(logdir)) !== undefined;
  return isUsed ? freshFolder(logdir, isTaken) : undefined;
}

interface ListedCheckpoint {
  readonly prefix: string;
  readonly variables: ReadonlyMap<string, CheckpointVariable>;
}

/** Names, shapes and types stay known when it is closed. */
async function listCheckpoint(path: string): Promise<ListedCheckpoint> {
  const checkpoint = await openCheckpoint(path);
  await checkpoint.close();
  return checkpoint;
}

const SUFFIX = '.restore.json';

/** `digits-1000` for `runs/digits/model.ckpt-1000`, `vgg_16` for `vgg_16.ckpt`. */
function nameFor(prefix: string): string {
  const step = stepOf(prefix);
  const name =
    step === undefined ? basename(prefix).replace(/\..*$/, '') : `${basename(dirname(prefix))}-${step}`;
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'warm-start';
}

/** Under the first name that no file has: `beside.restore.json`, `beside-2.restore.json`. */
async function writeNew(beside: string, text: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = `${beside}${number === 1 ? '' : `-${number}`}${SUFFIX}`;
    try {
      await writeFile(path, text, { flag: 'wx' });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
