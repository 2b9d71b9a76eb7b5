/** What a `NAME.restore.json` says: which variables of a model get which values of a checkpoint. */

import type { RenameRule, RestoreAction, RowRange } from '../protocol/restore.ts';

export type { RenameRule, RestoreAction, RowRange };

export const RESTORE_SCHEMA_VERSION = 1;

export interface RestoreMapping {
  /** Path of the checkpoint, as the file has it: relative to the file, or absolute. null: not chosen yet. */
  readonly checkpoint: string | null;
  /** Path of the training script, likewise. */
  readonly script: string | null;
  /** Patterns of the model's variables, TF-Slim's rule. null: all. */
  readonly include: readonly string[] | null;
  readonly exclude: readonly string[];
  /** One after the other, each on what the one before it gave. */
  readonly rename: readonly RenameRule[];
  /** What is said of single variables of the model, by name; it goes before patterns, rules and equal names. */
  readonly variables: Readonly<Record<string, VariableChoice>>;
  /** Whether each included variable of the model has to be in the checkpoint. */
  readonly strict: boolean;
  /** Whether optimizer slots are restored as other variables are. The step counter never is, unless it is named. */
  readonly restoreSlots: boolean;
}

export interface VariableChoice {
  /** Name in the checkpoint. Left out: the one that name or rules give. */
  readonly from?: string;
  /** Default: restore. */
  readonly action?: RestoreAction;
  /** For `partial`: the axis along which rows are counted. Default: the only one in which the shapes differ. */
  readonly axis?: number;
  /** For `partial`. Default: as many of the first rows as both have, to where they were. */
  readonly rows?: readonly RowRange[];
  /** For `transpose`: for each axis of the model's variable, the checkpoint's axis. Default: the order of a known layout. */
  readonly axes?: readonly number[];
}

export const RESTORE_ACTIONS: readonly RestoreAction[] = [
  'restore',
  'skip',
  'partial',
  'transpose',
  'reshape',
];

/** All variables by their names: what an empty file means. */
export const EMPTY_MAPPING: RestoreMapping = {
  checkpoint: null,
  script: null,
  include: null,
  exclude: [],
  rename: [],
  variables: {},
  strict: false,
  restoreSlots: false,
};
