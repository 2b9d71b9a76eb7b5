/** Says when something happens in a folder. Hints only: on network folders nobody gives any. */

import { statSync, watch, type FSWatcher } from 'node:fs';

export class FolderHints {
  readonly #folder: string;
  readonly #onHint: (event: 'rename' | 'change', name: string | null) => void;
  #watcher: FSWatcher | undefined;
  /** Device and inode of the folder that is watched: a folder made anew needs a new watch. */
  #identity = '';

  constructor(folder: string, onHint: (event: 'rename' | 'change', name: string | null) => void) {
    this.#folder = folder;
    this.#onHint = onHint;
    this.renew();
  }

  /** Watches the folder that has the path now, if it is another one than before. */
  renew(): void {
    const stat = statSync(this.#folder, { throwIfNoEntry: false });
    const identity = stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
    if (identity === this.#identity) return;
    this.close();
    this.#identity = identity;
    if (stat !== undefined) this.#watch();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #watch(): void {
    try {
      const watcher = watch(this.#folder, this.#onHint);
      // Too many watches, or the folder went away: no hints, then.
      watcher.on('error', () => {
        watcher.close();
      });
      this.#watcher = watcher;
    } catch {
      this.#watcher = undefined;
    }
  }
}
