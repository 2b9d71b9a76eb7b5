import { stat } from 'node:fs/promises';

/** Whether there is a file of that name that this process may know of. */
export async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
