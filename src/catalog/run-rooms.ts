/**
 * The part of a window that knows nothing of VS Code: the runs, their logs, and the list of both. It is a bundle of
 * its own (an ES module that shares its pieces with the trainer's), so that `activate` does not wait for it.
 */

import { listCheckpoints, watchCheckpoints } from '../monitor/checkpoint-watch.ts';
import { watchLogdirs } from '../monitor/logdir-watch.ts';
import { Monitor } from '../monitor/monitor.ts';
import { knownLaunchers } from '../runs/launchers/known-launchers.ts';
import type { LocalTrainer } from '../runs/launchers/local-launcher.ts';
import { RunStore } from '../runs/run-store.ts';
import { RunActions } from './run-actions.ts';
import { RunList } from './run-list.ts';
import type { RunMarks } from './run-marks.ts';

export interface RunRooms {
  readonly store: RunStore;
  readonly monitor: Monitor;
  readonly list: RunList;
  readonly actions: RunActions;
  readonly watchLogdirs: typeof watchLogdirs;
  readonly listCheckpoints: typeof listCheckpoints;
  dispose(): void;
}

export interface RunRoomsSetup {
  readonly roots: readonly string[];
  readonly trainer: LocalTrainer;
  readonly monitorWorker: string;
  readonly marks: RunMarks;
  readonly isTrusted: () => boolean;
}

/** Resolves when all runs below the roots have been read. */
export async function openRunRooms(setup: RunRoomsSetup): Promise<RunRooms> {
  const { roots, trainer, monitorWorker, marks, isTrusted } = setup;
  const store = new RunStore(roots, knownLaunchers(trainer), isTrusted);
  await store.start();
  const monitor = new Monitor(monitorWorker);
  const list = new RunList(store, monitor, watchCheckpoints, marks);
  const dispose = (): void => {
    list.dispose();
    monitor.dispose();
    void store.dispose();
  };
  const actions = new RunActions({ store, list });
  return { store, monitor, list, actions, watchLogdirs, listCheckpoints, dispose };
}
