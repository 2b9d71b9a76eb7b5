/** What became of each variable when values were restored: one set of outcomes for library, reports, command line and editor. */

import { isFinite, isListOf, isNullOr, isOneOf, isOptional, isShape, isString } from './checks.ts';

/**
 * restored: as it was. cast: to another type. partial: the rows that were chosen. transposed: axes changed. initialized: the
 * checkpoint does not have it, or nothing of it that fits. skipped: left out on purpose. unused: only the checkpoint has it.
 */
export type RestoreOutcome =
  'restored' | 'cast' | 'partial' | 'transposed' | 'initialized' | 'skipped' | 'unused';

export const RESTORE_OUTCOMES: readonly RestoreOutcome[] = [
  'restored',
  'cast',
  'partial',
  'transposed',
  'initialized',
  'skipped',
  'unused',
];

/**
 * How the checkpoint's variable was found. name: it has the same. rule: rename rules give it the same. pair: the mapping
 * says so. none: there is none, or for `unused` no variable of the model that it would fit.
 */
export type RestoreMatch = 'name' | 'rule' | 'pair' | 'none';

export interface RestoreEntry {
  /** Name of the model's variable; null when only the checkpoint has it. */
  readonly variable: string | null;
  /** Name in the checkpoint; null when it does not have it. */
  readonly source: string | null;
  readonly outcome: RestoreOutcome;
  readonly match: RestoreMatch;
  /** Why, in words: `same name and shape`, `excluded by fc8`. */
  readonly reason: string;
  /** What changes on the way, in words: `from float64`, `rows 0-9 of 1,001`. */
  readonly detail?: string;
  /** Of a pair: how alike the names are, 0 to 1. */
  readonly score?: number;
  /** Of what the checkpoint does not have: the names there that are most like it, the most alike first. */
  readonly nearest?: readonly string[];
}

export interface RestoreReport {
  /** Path of the checkpoint, or what else the values came from. */
  readonly from: string;
  readonly entries: readonly RestoreEntry[];
}

const isRestoreEntry = isShape<RestoreEntry>({
  variable: isNullOr(isString),
  source: isNullOr(isString),
  outcome: isOneOf(...RESTORE_OUTCOMES),
  match: isOneOf('name', 'rule', 'pair', 'none'),
  reason: isString,
  detail: isOptional(isString),
  score: isOptional(isFinite),
  nearest: isOptional(isListOf(isString)),
});

/** Of one that is read from a file. */
export const isRestoreReport = isShape<RestoreReport>({
  from: isString,
  entries: isListOf(isRestoreEntry, Number.POSITIVE_INFINITY),
});

/** Gives variables of the checkpoint other names: Python's `re.sub(pattern, replacement, name)`. */
export interface RenameRule {
  readonly pattern: string;
  readonly replacement: string;
}

/** Rows `from ...` of the checkpoint's variable go to the rows `into ...` of the model's. */
export interface RowRange {
  readonly from: number;
  readonly into: number;
  readonly count: number;
}

/**
 * restore: the values as they are. skip: keep the initial value. partial: some rows, as for another number of classes.
 * transpose: with the axes in another order. reshape: in row-major order into another shape with as many elements.
 */
export type RestoreAction = 'restore' | 'skip' | 'partial' | 'transpose' | 'reshape';
