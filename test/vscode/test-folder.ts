import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TestFolder {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** A new folder outside of this project, so that nothing in it finds the project's node_modules. */
export async function makeTestFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slim-training-'));
  // Programs that are just ending may still write: hence the retries.
  const remove = (): Promise<void> =>
    rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  return { folder, remove };
}
