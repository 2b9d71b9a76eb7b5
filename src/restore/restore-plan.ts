/** What a mapping comes to for one model and one checkpoint. Plain data: it can be sent and kept as JSON. */

import type { RestoreEntry } from '../protocol/restore.ts';
import type { RowRange } from './restore-mapping.ts';

export interface RestorePlan {
  /** First the model's variables in the model's order, then what only the checkpoint has. */
  readonly entries: readonly RestoreEntry[];
  /** What is copied where. */
  readonly transfers: readonly Transfer[];
  /** Why the mapping cannot be used. Empty: it can. */
  readonly problems: readonly RestoreProblem[];
  readonly effects: PatternEffects;
}

/** What each pattern and each rule does, in the mapping's order; null: it is not valid, or takes too long. */
export interface PatternEffects {
  /** Variables of the model that it matches. */
  readonly include: readonly (number | null)[];
  readonly exclude: readonly (number | null)[];
  /** Names of the checkpoint that it changes. */
  readonly rename: readonly (number | null)[];
  /** Variables of the model that patterns and their roles leave out, unless they are named. */
  readonly leftOut: readonly string[];
}

export interface Transfer {
  readonly variable: string;
  readonly source: string;
  readonly arrangement: Arrangement;
}

/** whole: as it is. reshaped: all elements in row-major order. rows: some of one axis. transposed: for each axis of the variable, the source's. */
export type Arrangement =
  | { readonly kind: 'whole' | 'reshaped' }
  | { readonly kind: 'rows'; readonly axis: number; readonly rows: readonly RowRange[] }
  | { readonly kind: 'transposed'; readonly axes: readonly number[] };

export interface RestoreProblem {
  /** What is wrong and what can be done, as a part of a sentence. */
  readonly message: string;
  /** Where in the mapping: `['include', 0]`, `['variables', 'fc8/weights']`. Empty: all of it. */
  readonly at: readonly (string | number)[];
  /** The model's variable that it is about. */
  readonly variable?: string;
}
