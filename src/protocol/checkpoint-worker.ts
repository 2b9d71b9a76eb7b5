/** Messages between the extension host and the thread that reads a checkpoint. */

import type {
  CheckpointListing,
  CheckpointPageRequests,
  ListedVariable,
  VariableChange,
  VariableId,
  VariableReport,
} from './checkpoint.ts';

/** What the page asks goes on to the thread. */
export interface CheckpointRequests extends CheckpointPageRequests {
  /** Comes first. */
  open: { readonly ask: { readonly path: string }; readonly answer: CheckpointListing };
  /** From then on, changes are told; null: no longer. The answer: variables that only the other has. */
  compare: {
    readonly ask: { readonly path: string | null };
    readonly answer: readonly ListedVariable[];
  };
  /** One variable as .npy, or all that NumPy has types for as .npz. The answer: names of those that are not in the file. */
  export: {
    readonly ask: { readonly variable: VariableId | null; readonly path: string };
    readonly answer: readonly string[];
  };
}

export type ToCheckpointWorker =
  /** These are read next. */
  | { readonly type: 'want'; readonly variables: readonly VariableId[] }
  /** Also what nobody looks at is read, however much it is. */
  | { readonly type: 'wantAll' }
  /** A variable that was reported as large is read. */
  | { readonly type: 'wantLarge'; readonly variable: VariableId };

export type FromCheckpointWorker =
  | { readonly type: 'report'; readonly variable: VariableId; readonly report: VariableReport }
  | { readonly type: 'change'; readonly variable: VariableId; readonly change: VariableChange };
