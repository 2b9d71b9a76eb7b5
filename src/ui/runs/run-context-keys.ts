/** Keeps the context keys by which commands show only where they can be used. */

import * as vscode from 'vscode';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { isLiveRun, stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

const keys: Readonly<Record<string, (run: TrainingRun) => boolean>> = {
  hasRuns: () => true,
  hasConsole: run => run.attempts.length > 0,
  hasLiveRun: isLiveRun,
  hasRunningRun: run => stateOf(run) === 'running',
  hasWarmRun: run => run.origin !== null,
  hasPausedRun: run => stateOf(run) === 'paused',
};

export function watchRunContext(list: RunList): DisposableStore {
  const owned = new DisposableStore();
  const told = new Map<string, boolean>();
  const tell = (): void => {
    const runs = list.runs();
    for (const [key, is] of Object.entries(keys)) {
      const value = runs.some(is);
      if (told.get(key) === value) continue;
      told.set(key, value);
      void vscode.commands.executeCommand('setContext', `slimTraining.${key}`, value);
    }
  };
  owned.add(list.onDidChange(tell));
  tell();
  // From now on a view without runs is empty, and not just waiting for them.
  void vscode.commands.executeCommand('setContext', 'slimTraining.ready', true);
  return owned;
}
