/** Follows which log folders there are below a folder. */

import { watch as watchFolders } from 'chokidar';
import { findLogFolders } from './log-folders.ts';

/** Folders and files that come together are looked at together. */
const SETTLE_MS = 200;

/** New event files in folders that are not watched (too deep, a network drive) are found by looking. */
const LOOK_INTERVAL_MS = 10_000;

/** Looking takes at most this part of the time: a folder that takes long is looked at more rarely. */
const LOOKING_SHARE = 0.02;

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
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const start = performance.now();
    const found = await findLogFolders(folder);
    if (disposed) return;
    if (found.join('\0') !== told) {
      told = found.join('\0');
      onChange(found);
    }
    lookIn(Math.max(LOOK_INTERVAL_MS, (performance.now() - start) / LOOKING_SHARE));
  };
  const lookIn = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), milliseconds);
  };
  const watcher = watchFolders(folder, {
    depth: WATCHED_DEPTH,
    ignoreInitial: true,
    ignored: (path, stats) =>
      (stats !== undefined && !stats.isDirectory()) ||
      /[\\/](?:\.[^\\/]+|node_modules|site-packages)$/.test(path),
  });
  watcher.on('all', () => {
    lookIn(SETTLE_MS);
  });
  // Too many watches, no permission: looking goes on.
  watcher.on('error', () => undefined);
  void look();
  return {
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      void watcher.close();
    },
  };
}
