/** JSON-RPC between a running trainer (server, on a local socket) and whoever watches it (client). */

import type { RunProgress, RunRecord, RunState } from './run.ts';

/** Method names and the types of their parameters and results, for `vscode-jsonrpc`. */
export interface ControlRequests {
  /** Save a checkpoint, then end. Answers as soon as the loop knows of it. */
  'run/stop': { params: undefined; result: null };
  'run/pause': { params: undefined; result: null };
  'run/resume': { params: undefined; result: null };
  'run/save': { params: undefined; result: { path: string; step: number } };
  /** The record as it is now. */
  'run/status': { params: undefined; result: RunRecord };
}

export interface ControlNotifications {
  /** At most 30 a second. */
  'run/progress': RunProgress;
  'run/state': { state: RunState; record: RunRecord };
  'run/checkpoint': { step: number; path: string };
}

export type ControlMethod = keyof ControlRequests;
