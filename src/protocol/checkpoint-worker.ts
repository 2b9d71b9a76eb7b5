/** Messages between the extension host and the thread that reads a checkpoint. */

import type {
  CheckpointAnswer,
  CheckpointListing,
  CheckpointQuestion,
  ListedVariable,
  VariableChange,
  VariableId,
  VariableReport,
} from './checkpoint.ts';

/** What is answered once. */
export type CheckpointRequest =
  /** Comes first. */
  | { readonly kind: 'open'; readonly path: string }
  /** From then on, changes are told; null: no longer. */
  | { readonly kind: 'compare'; readonly path: string | null }
  | { readonly kind: 'ask'; readonly question: CheckpointQuestion }
  /** One variable as .npy, or all that NumPy has types for as .npz. */
  | { readonly kind: 'export'; readonly variable: VariableId | null; readonly path: string };

/** What each kind of request is answered with. */
export interface CheckpointResponses {
  readonly open: CheckpointListing;
  /** Variables that only the other has. */
  readonly compare: readonly ListedVariable[];
  readonly ask: CheckpointAnswer;
  /** Names of variables that are not in the file. */
  readonly export: readonly string[];
}

export type ToCheckpointWorker =
  | { readonly type: 'request'; readonly id: number; readonly request: CheckpointRequest }
  | { readonly type: 'want'; readonly variables: readonly VariableId[] }
  | { readonly type: 'wantAll' }
  | { readonly type: 'wantLarge'; readonly variable: VariableId };

export type FromCheckpointWorker =
  | { readonly type: 'response'; readonly id: number; readonly response: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'report'; readonly variable: VariableId; readonly report: VariableReport }
  | { readonly type: 'change'; readonly variable: VariableId; readonly change: VariableChange };
