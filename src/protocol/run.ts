/** What a run and its attempts are, as `run.json`, the control socket and the dashboard speak of them. */

import type { HparamValue, RunOverrides } from './training-host.ts';

/**
 * starting: process up, `train` not yet reached. lost: the record says that it runs, but its process is gone.
 * done: took all its steps. stopped: somebody stopped it; its last checkpoint was saved.
 */
export type RunState =
  'starting' | 'running' | 'paused' | 'stopping' | 'done' | 'stopped' | 'failed' | 'lost';

export function isLive(state: RunState): boolean {
  return state === 'starting' || state === 'running' || state === 'paused' || state === 'stopping';
}

/** Which backend computes, said in the run view, the console and `run.json`. */
export interface BackendInfo {
  readonly name: 'native' | 'embedded';
  /** For people: `native (libtensorflow 2.15.1)`, `embedded (WebAssembly, 4 threads)`. */
  readonly description: string;
  readonly libtensorflow?: string;
  /** Why it is not native, when it is not. */
  readonly note?: string;
}

export interface RunProgress {
  readonly step: number;
  readonly numberOfSteps: number | null;
  readonly loss: number | null;
  /** Over the last 10 seconds; null before the second step. */
  readonly stepsPerSec: number | null;
  readonly secondsLeft: number | null;
}

export interface RunFailure {
  /** One line: what went wrong and what to do. */
  readonly message: string;
  readonly stack?: string;
  /** Where in the user's script, when it is known. 1-based. */
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
}

/** A warm start: variables were restored before the first step. */
export interface RunOrigin {
  /** Path of the checkpoint, or what else the values came from. */
  readonly from: string;
  /** The restore mapping, absolute; null: the script did it by itself. */
  readonly mapping: string | null;
}

/** `run.json`: one attempt, that is one start of a process that trains into a log folder. */
export interface RunRecord {
  readonly schemaVersion: 1;
  readonly id: string;
  /** What people call it: by default the log folder's name. */
  readonly name: string;
  /** Which launcher started it. This version may not know that one: then the record is all that is known of the run. */
  readonly launcher: string;
  /** What that launcher knows it by, where the fields of the process below are not enough: it checks that itself. */
  readonly launched?: unknown;
  readonly command: readonly string[];
  /** Absolute path of the training script; null for a foreign command. */
  readonly script: string | null;
  readonly cwd: string;
  /** Absolute; null until the script has said it. */
  readonly logdir: string | null;
  readonly overrides: RunOverrides;
  /** null: a number that JSON does not know, such as NaN. */
  readonly hparams: Readonly<Record<string, HparamValue | null>>;
  /** What the run started from. */
  readonly restored?: RunOrigin;
  readonly gitCommit?: string;
  /** The process that trains. */
  readonly host?: string;
  readonly pid?: number;
  /** As the system tells it: with the pid, it says whether that process still lives. null: the system does not tell. */
  readonly processStartTime?: string | null;
  /** Path of the control socket or named pipe. */
  readonly control?: string;
  readonly backend?: BackendInfo;
  /** Whether training steps run operation by operation or as one graph, and why. */
  readonly mode?: 'eager' | 'graph';
  /** For people, without a full stop: why the mode is eager; of a graph, how large it is. */
  readonly modeReason?: string;
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly startStep?: number;
  readonly progress?: RunProgress;
  readonly exitCode?: number;
  readonly failure?: RunFailure;
}
