/** Which checkpoint a path means: the same one to a warm start, an evaluation, the command and all that reads arrays. */

import { stat } from 'node:fs/promises';
import { indexFile, prefixOf } from './bundle-file-names.ts';
import { FormatError } from './format-error.ts';
import { isFile } from './is-file.ts';
import { newestSoundCheckpoint, type DamagedCheckpoint } from './newest-checkpoint.ts';
import { checkpointOfSavedModel } from './saved-model.ts';

export interface FoundCheckpoint {
  /** TensorFlow's path prefix, or a file. Nothing says yet that it is there. */
  readonly path: string;
  /** Of a log folder: what was more wanted, and why it was passed over. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/**
 * Of a SavedModel's folder its variables, of a log folder its newest sound checkpoint, as a run resumes from it, of one of
 * a V2 checkpoint's files the prefix, otherwise the path itself.
 *
 * @throws FormatError when the folder holds none, saying of damaged ones why.
 */
export async function findCheckpoint(path: string): Promise<FoundCheckpoint> {
  if (await isFile(indexFile(path))) return { path, damaged: [] };
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return { path: prefixOf(path) ?? path, damaged: [] };
  const saved = await checkpointOfSavedModel(path);
  if (saved !== undefined) return { path: saved, damaged: [] };
  const { newest, damaged } = await newestSoundCheckpoint(path);
  if (newest !== undefined) return { path: newest.prefix, damaged };
  const reasons = damaged.map(({ reason }) => reason).join('; ');
  throw new FormatError(
    `The folder ${path} holds no checkpoint${reasons === '' ? '' : ` that is sound: ${reasons}`}.`,
  );
}
