import { join } from 'node:path';
import { indexFile } from './bundle-file-names.ts';
import { isFile } from './is-file.ts';

/** Where a SavedModel's folder keeps its checkpoint; undefined: it is no SavedModel. */
export async function checkpointOfSavedModel(folder: string): Promise<string | undefined> {
  const prefix = join(folder, 'variables', 'variables');
  return (await isFile(indexFile(prefix))) ? prefix : undefined;
}
