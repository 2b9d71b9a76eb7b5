/** Follows the checkpoints of a log folder as they are committed and deleted. */

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { watch as watchFiles } from 'chokidar';
import { BEST_CHECKPOINTS_FILE, readBestCheckpoints } from '../formats/best-checkpoints-file.ts';
import { indexFile, isDataFile, isIndexFile, prefixesIn, stepOf } from '../formats/bundle-file-names.ts';
import { RepeatedLook } from './repeated-look.ts';

export interface CheckpointFile {
  /** Absolute path without `.index`, as TensorFlow takes it. */
  readonly prefix: string;
  readonly step: number;
  /** Of all its files together. */
  readonly bytes: number;
  /** When it was committed, in milliseconds since 1970. */
  readonly modified: number;
  /** Whether it had the best value of the metric by which the training keeps the best ones. */
  readonly best: boolean;
}

/** The folder is looked at this often even when nobody said that it changed: on network folders nobody does. */
const LOOK_INTERVAL_MS = 2000;

/** A checkpoint's files come and go together: the folder is looked at once for all of them. */
const SETTLE_MS = 50;

/**
 * Tells the checkpoints with a step in their name (`model.ckpt-1000`), newest first: once what is there has been looked
 * at, and whenever that changes. `logdir` is absolute and need not be there yet.
 */
export function watchCheckpoints(
  logdir: string,
  onChange: (newestFirst: readonly CheckpointFile[]) => void,
): { dispose(): void } {
  let disposed = false;
  let told: string | undefined;
  const look = async (): Promise<void> => {
    const found = await listCheckpoints(logdir);
    const state = JSON.stringify(found);
    if (disposed || state === told) return;
    told = state;
    onChange(found);
  };
  const looking = new RepeatedLook(look, SETTLE_MS, LOOK_INTERVAL_MS);
  const hint = (): void => {
    looking.hint();
  };
  const watcher = watchFiles(logdir, {
    depth: 0,
    // The rename of the index commits a checkpoint; the other files, the large ones, need no watch.
    ignored: (path, stats) =>
      stats?.isFile() === true && !isIndexFile(path) && basename(path) !== BEST_CHECKPOINTS_FILE,
  });
  // After an error (too many watches, no permission) looking goes on without hints.
  watcher.on('all', hint).on('error', hint);
  return {
    dispose: () => {
      disposed = true;
      looking.dispose();
      void watcher.close();
    },
  };
}

/** The checkpoints with a step in their name, newest first. */
export async function listCheckpoints(logdir: string): Promise<CheckpointFile[]> {
  const names = await readdir(logdir).catch((): string[] => []);
  const steps = prefixesIn(names).flatMap(toStep);
  const best = names.includes(BEST_CHECKPOINTS_FILE) ? await readBestCheckpoints(logdir) : undefined;
  const bestName = best?.checkpoints[0]?.name;
  const found = await Promise.all(
    steps.map(async ({ name, step }) => {
      const checkpoint = await toCheckpoint(logdir, name, step, names);
      return checkpoint && { ...checkpoint, best: name === bestName };
    }),
  );
  return found.flatMap(checkpoint => checkpoint ?? []).sort((a, b) => b.step - a.step);
}

function toStep(name: string): { name: string; step: number }[] {
  const step = stepOf(name);
  return step === undefined ? [] : [{ name, step }];
}

/** Undefined when it was deleted while we looked. */
async function toCheckpoint(
  logdir: string,
  name: string,
  step: number,
  names: readonly string[],
): Promise<Omit<CheckpointFile, 'best'> | undefined> {
  try {
    const index = await stat(join(logdir, indexFile(name)));
    const data = names.filter(file => isDataFile(file, name));
    const sizes = await Promise.all(data.map(async file => (await stat(join(logdir, file))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, index.size);
    return { prefix: join(logdir, name), step, bytes, modified: index.mtimeMs };
  } catch {
    return undefined;
  }
}
