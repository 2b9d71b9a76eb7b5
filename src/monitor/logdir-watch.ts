/** Follows which log folders there are below a folder. */

import { watch as watchFolders } from 'chokidar';
import { findLogFolders } from './log-folders.ts';
import { RepeatedLook } from './repeated-look.ts';

/** Folders and files that come together are looked at together. */
const SETTLE_MS = 200;

/** New event files in folders that are not watched (too deep, a network drive) are found by looking. */
const LOOK_INTERVAL_MS = 10_000;

/** How deep folders are watched; below that, looking every now and then has to do. */
const WATCHED_DEPTH = 3;

/**
 * Tells all log folders in or below `folder`: once what is there has been looked at, and when that changes.
 */
export function watchLogdirs(
  folder: string,
  onChange: (logdirs: readonly string[]) => void,
): { dispose(): void } {
  let disposed = false;
  let told: string | undefined;
  const look = async (): Promise<void> => {
    const found = await findLogFolders(folder);
    const state = found.join('\0');
    if (disposed || state === told) return;
    told = state;
    onChange(found);
  };
  const looking = new RepeatedLook(look, SETTLE_MS, LOOK_INTERVAL_MS);
  const watcher = watchFolders(folder, {
    depth: WATCHED_DEPTH,
    ignoreInitial: true,
    ignored: (path, stats) =>
      (stats !== undefined && !stats.isDirectory()) ||
      /[\\/](?:\.[^\\/]+|node_modules|site-packages)$/.test(path),
  });
  watcher.on('all', () => {
    looking.hint();
  });
  // Too many watches, no permission: looking goes on without hints.
  watcher.on('error', () => undefined);
  return {
    dispose: () => {
      disposed = true;
      looking.dispose();
      void watcher.close();
    },
  };
}
