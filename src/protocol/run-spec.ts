/** What is to be run, before it runs: what a launcher takes, and what commands, tasks and the queue pass on to it. */

import type { RunOverrides } from './training-host.ts';

export type RunSpec = ScriptSpec | CommandSpec;

interface CommonSpec {
  /** The folder that the run is started from, absolute: `.slim/runs` is in it, relative paths start at it. */
  readonly cwd: string;
  /** undefined: the run is named for its log folder. */
  readonly name?: string;
}

/** A training script, which the trainer hosts: it is paused, saved and overridden through the library. */
export interface ScriptSpec extends CommonSpec {
  readonly kind: 'script';
  /** Absolute path. */
  readonly script: string;
  readonly overrides: RunOverrides;
  /** undefined: native where it is installed. */
  readonly backend?: 'native' | 'embedded';
}

/** Any program, in whatever language: the trainer keeps its attempt, and knows of it only how it ended. */
export interface CommandSpec extends CommonSpec {
  readonly kind: 'command';
  /** The program and its arguments, as a shell would hand them over: nothing in them is expanded. */
  readonly argv: readonly [string, ...string[]];
  /** Added to the environment of whoever starts it. No record holds it: there may be secrets in it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the program writes its event files, absolute; null: not known. */
  readonly logdir: string | null;
}
