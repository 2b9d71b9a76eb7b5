import type { Launcher } from './launcher.ts';
import { LocalLauncher, type LocalTrainer } from './local-launcher.ts';

/** All launchers of this version, for whoever opens a store. `trainer`: the `slim-train` that is at hand here. */
export function knownLaunchers(trainer: LocalTrainer): readonly Launcher[] {
  return [new LocalLauncher(trainer)];
}
