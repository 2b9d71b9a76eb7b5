/**
 * JSON-RPC between a running trainer (server, on a local socket) and whoever watches it (client). A run outlives
 * updates, so either side may be the older one. What a method or notification says never changes its meaning: another
 * meaning gets another name. So the two do what both know, and their versions say of the rest whose is missing.
 */

import { isCount, isName, isShape, type Check } from './checks.ts';
import type { RunState } from './run.ts';

/** Raised when a method or notification is added or goes. 0 is who does not know `run/hello`. */
export const CONTROL_VERSION = 1;

export interface ControlHello {
  readonly version: number;
}

export const isControlHello = isShape<ControlHello>({ version: isCount });

/** Method names and the types of their parameters and results, for `vscode-jsonrpc`. */
export interface ControlRequests {
  /** What a client says first. */
  'run/hello': { params: ControlHello; result: ControlHello };
  /** Save a checkpoint, then end. Answers as soon as the loop knows of it. */
  'run/stop': { params: undefined; result: null };
  'run/pause': { params: undefined; result: null };
  'run/resume': { params: undefined; result: null };
  'run/save': { params: undefined; result: { path: string; step: number } };
  /** The record as it is now, in the trainer's version of it. */
  'run/status': { params: undefined; result: unknown };
}

export interface ControlNotifications {
  /** A RunProgress; at most 30 a second. */
  'run/progress': unknown;
  'run/state': { state: RunState; record: unknown };
}

/** What can be asked without parameters: all but the greeting. */
export type ControlQuestion = Exclude<keyof ControlRequests, 'run/hello'>;

const isNothing: Check<null> = value => value === null;
/** It is looked at where its version is known. */
const isThere: Check<unknown> = (value): value is unknown => value !== undefined;

export const controlAnswers: { readonly [M in ControlQuestion]: Check<ControlRequests[M]['result']> } = {
  'run/stop': isNothing,
  'run/pause': isNothing,
  'run/resume': isNothing,
  'run/save': isShape<{ path: string; step: number }>({ path: isName, step: isCount }),
  'run/status': isThere,
};

/** Why a run does not do what it is asked for, by the control versions of the two. */
export function unknownMethod(method: string, run: number, asker: number): string {
  const versions = `control version ${run}, asked by ${asker}`;
  if (run < asker) {
    return (
      `The run does not know ${method}: an older Slim Training started it (${versions}). ` +
      'Stop it and start it again, and it goes on with this one.'
    );
  }
  return run > asker
    ? `The run does not know ${method} any more: a newer Slim Training started it (${versions}). Update this one.`
    : `The run does not know ${method}.`;
}
