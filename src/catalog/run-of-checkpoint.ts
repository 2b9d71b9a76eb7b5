import { dirname } from 'node:path';

/** The run into whose log folder a checkpoint was saved; undefined: none of those. `path`: its prefix, or a file of it. */
export function runOfCheckpoint<Run extends { readonly logdir: string | null }>(
  path: string,
  runs: readonly Run[],
): Run | undefined {
  const folder = dirname(path);
  return runs.find(({ logdir }) => logdir === folder);
}
