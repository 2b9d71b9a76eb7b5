import { stat } from 'node:fs/promises';
import { newestSoundCheckpoint } from '../formats/newest-checkpoint.ts';
import { checkpointOfSavedModel } from '../formats/saved-model.ts';

/**
 * The checkpoint that a path means: of a SavedModel its variables, of a log folder its newest sound one, otherwise the
 * path itself.
 *
 * @throws Error when the folder holds none, saying of damaged ones why.
 */
export async function findCheckpoint(path: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  if (!isFolder) return path;
  const saved = await checkpointOfSavedModel(path);
  if (saved !== undefined) return saved;
  const { newest, damaged } = await newestSoundCheckpoint(path);
  if (newest !== undefined) return newest.prefix;
  const reasons = damaged.map(({ reason }) => reason).join('; ');
  throw new Error(
    `The folder ${path} holds no checkpoint${reasons === '' ? '' : ` that is sound: ${reasons}`}.`,
  );
}
