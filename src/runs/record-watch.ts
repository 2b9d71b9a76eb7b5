/** Tells what becomes of the run records below one folder. */

import { dirname, relative, sep } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';

export interface RecordEvents {
  /** A record was written, or written anew, in that run folder. */
  written(runFolder: string): void;
  gone(runFolder: string): void;
}

export class RecordWatch {
  readonly #watcher: FSWatcher;
  #settle = (): void => undefined;
  /** Resolves when whatever is written from then on is told, or at the end of watching. */
  readonly ready: Promise<void>;

  constructor(root: string, events: RecordEvents) {
    this.#watcher = watch(root, {
      // Nothing of the workspace but what leads to the records.
      ignored: path => !leadsToRecord(root, path),
      ignoreInitial: true,
      depth: 4,
    });
    for (const event of ['add', 'change'] as const) {
      this.#watcher.on(event, path => {
        events.written(dirname(path));
      });
    }
    this.#watcher.on('unlink', path => {
      events.gone(dirname(path));
    });
    // What cannot be watched is still read at the start and, while it lives, every second.
    this.#watcher.on('error', () => undefined);
    this.ready = new Promise(settle => {
      this.#settle = settle;
      this.#watcher.once('ready', settle);
    });
  }

  close(): Promise<void> {
    this.#settle();
    return this.#watcher.close();
  }
}

function leadsToRecord(root: string, path: string): boolean {
  const [slim = '', runs = 'runs', , file = 'run.json', beyond] = relative(root, path).split(sep);
  return (slim === '' || slim === '.slim') && runs === 'runs' && file === 'run.json' && beyond === undefined;
}
