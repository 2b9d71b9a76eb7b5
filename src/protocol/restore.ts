/** What became of each variable when values were restored: one set of outcomes for library, reports, command line and editor. */

/**
 * restored: as it was. cast: to another type. partial: the rows that both have. transposed: axes changed. initialized: the
 * checkpoint does not have it. skipped: left out on purpose. unused: only the checkpoint has it.
 */
export type RestoreOutcome =
  'restored' | 'cast' | 'partial' | 'transposed' | 'initialized' | 'skipped' | 'unused';

export interface RestoreEntry {
  /** Name of the model's variable; null when only the checkpoint has it. */
  readonly variable: string | null;
  /** Name in the checkpoint; null when it does not have it. */
  readonly source: string | null;
  readonly outcome: RestoreOutcome;
  /** For people: why, or what changed. */
  readonly detail?: string;
}

export interface RestoreReport {
  /** Path prefix of the checkpoint, or what else the values came from. */
  readonly from: string;
  readonly entries: readonly RestoreEntry[];
}
