/**
 * The seam between the slim library and whoever runs a script: `slim-train run` puts a {@link TrainingHost} on
 * `globalThis` before it loads the script, and the library looks for it there. A well-known symbol and not an
 * import, because the script may load the workspace's own copy of the library.
 */

import type { InspectedModel } from './model-variable.ts';
import type { RestoreReport } from './restore.ts';

export const TRAINING_HOST = Symbol.for('slim-training.host');

/** What whoever starts a run has set. It wins over what the script says, and the console says so. */
export interface RunOverrides {
  /** Log folder, absolute. */
  readonly logdir?: string;
  readonly numberOfSteps?: number;
  readonly saveIntervalSecs?: number;
  readonly saveSummariesSecs?: number;
  /** Hyperparameter name -> value as typed on the command line; `slim.hparams` gives it its type. */
  readonly hparams?: Readonly<Record<string, string>>;
  /** Restore mapping, `NAME.restore.json`, absolute: it takes the place of the script's `initFn`. */
  readonly restore?: string;
  /** All steps are run operation by operation, none as a graph. */
  readonly eager?: boolean;
}

export type HparamValue = number | string | boolean;

/** A command to a running loop, taken between two steps. */
export type TrainingCommand =
  | { readonly type: 'stop' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** `done` is told the checkpoint's path prefix, or why there is none. */
  | {
      readonly type: 'save';
      readonly done: (result: { path: string; step: number } | { error: string }) => void;
    };

/** Raised when a member changes its meaning, or one more is needed. A member that may be missing does not raise it. */
export const TRAINING_HOST_VERSION = 1;

export interface TrainingHost {
  /** {@link TRAINING_HOST_VERSION} of whoever made it. */
  readonly version: number;
  readonly overrides: RunOverrides;

  /** `slim.hparams` was called: the values after overrides. */
  onHparams(values: Readonly<Record<string, HparamValue>>): void;
  /** `train` is about to take its first step. `numberOfSteps` is null when the loop has no end of its own. */
  onTrainBegin(info: { logdir: string | null; startStep: number; numberOfSteps: number | null }): void;
  /** A step ended. Called for each step: must return at once. `loss` is the loss before the step's update. */
  onStep(progress: { step: number; loss: number; secPerStep: number }): void;
  /** How steps are run, as soon as that is known and whenever it changes. `reason` is for people. */
  onMode?(info: { mode: 'eager' | 'graph'; reason: string }): void;
  /** `initFn` has set variables from a checkpoint or from values. */
  onRestore?(report: RestoreReport): void;
  /**
   * Where there is one, nothing is trained: `train` hands over what it would train, with its log folder as the script
   * gives it, and does not return.
   */
  inspect?(model: InspectedModel): Promise<never>;
  /** `train` ended well: all its steps taken, the data at its end, or stopped. */
  onTrainEnd(info: { step: number; loss: number | null; reason: 'done' | 'stopped' | 'outOfRange' }): void;
  /** A line for the run's console (TF-Slim's log lines, notices). */
  log(line: string): void;
  /** The next command to obey, undefined if there is none. The loop asks before each step, and while paused. */
  takeCommand(): TrainingCommand | undefined;
  /** Resolves when {@link takeCommand} has something; a paused loop waits for it. */
  commandArrived(): Promise<void>;
}

export function installTrainingHost(host: TrainingHost): void {
  Reflect.set(globalThis, TRAINING_HOST, host);
}

/** @throws Error that says which side is older, when the two speak of different things */
export function installedTrainingHost(): TrainingHost | undefined {
  const host = Reflect.get(globalThis, TRAINING_HOST) as TrainingHost | undefined;
  if (host !== undefined && host.version !== TRAINING_HOST_VERSION) throw new Error(otherHost(host.version));
  return host;
}

function otherHost(version: number): string {
  const versions = `training host version ${version}, and ${TRAINING_HOST_VERSION} in the library`;
  return version > TRAINING_HOST_VERSION
    ? `The script's slim-training is older than the slim-train that runs it (${versions}). ` +
        'Update it: npm install slim-training@latest'
    : `The slim-train that runs the script is older than the script's slim-training (${versions}). ` +
        'Update the extension, or run the script with npx slim-train.';
}
