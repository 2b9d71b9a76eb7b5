/** What a script and the thread that loads its batches tell each other. The batches themselves go through shared memory. */

import type { ScriptThreadData } from './script-thread.ts';

/** Where a source stands, as safe integers by name. */
export type LoaderPosition = Readonly<Record<string, number>>;

/** The thread's `workerData`. */
export interface LoaderData extends ScriptThreadData {
  /** URL of the user's module. */
  readonly module: string;
  /** Of its function. */
  readonly parameters: readonly unknown[];
  /** Of the script's graph. */
  readonly seed: number;
  /** The ring's counters. */
  readonly counters: SharedArrayBuffer;
}

export type ToLoader =
  /** The ring has room again, for a thread that waits for it. */
  | { readonly type: 'room' }
  /** Answered by `ready` or `refused`; no batch is taken from the ring until then. */
  | { readonly type: 'seek'; readonly position: LoaderPosition };

export type FromLoader =
  /** The source stands at a position, and reads on from there. */
  | {
      readonly type: 'ready';
      readonly position: LoaderPosition;
      readonly batchesPerEpoch: number | null;
    }
  /** There is no source, or it does not go to that position. */
  | { readonly type: 'refused'; readonly error: LoaderError }
  /** Memory of a slot of the ring, in place of what it had. */
  | { readonly type: 'slot'; readonly index: number; readonly memory: SharedArrayBuffer }
  /** There is a batch, for a script that waits for one. */
  | { readonly type: 'batch' }
  /** After the batches that are in the ring there is none. */
  | { readonly type: 'end' }
  /** After the batches that are in the ring there is an error. */
  | { readonly type: 'failed'; readonly error: LoaderError };

/** What is left of an error when it goes from one thread to another: its class is not. */
export interface LoaderError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of Node's own errors. */
  readonly code?: string;
}
