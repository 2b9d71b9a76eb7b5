/** What a row says of itself: never by colour or icon alone. */

import type { MappingRow, RowAction } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { RestoreOutcome } from '../../src/protocol/restore.ts';

export interface Mark {
  /** A codicon, or a sign of one letter. */
  readonly icon: string;
  /** good, warning, bad, note, or dim. */
  readonly tone: string;
}

export const OUTCOME_MARKS: Readonly<Record<RestoreOutcome, Mark>> = {
  restored: { icon: 'check', tone: 'good' },
  cast: { icon: 'symbol-numeric', tone: 'good' },
  partial: { icon: 'symbol-ruler', tone: 'warning' },
  transposed: { icon: 'arrow-both', tone: 'good' },
  initialized: { icon: 'circle-large-outline', tone: 'note' },
  skipped: { icon: 'circle-slash', tone: 'dim' },
  unused: { icon: 'dash', tone: 'dim' },
};

export const ACTION_WORDS: Readonly<Record<RowAction, string>> = {
  restore: 'Restore',
  partial: 'Partial',
  transpose: 'Transpose',
  reshape: 'Reshape',
  skip: 'Skip',
  initialize: 'Initialize',
};

export const ACTION_EXPLAINED: Readonly<Record<RowAction, string>> = {
  restore: 'Restore: the values as they are',
  partial: 'Partial: some rows only',
  transpose: 'Transpose: axes in another order',
  reshape: 'Reshape: all elements, in their order',
  skip: 'Skip: keep the initial value',
  initialize: 'Initialize: not in the checkpoint',
};

/** Names below this are hardly alike: they were paired by somebody who knows. */
const ALIKE = 0.5;

export function markOf(row: MappingRow): Mark {
  if (row.problem !== undefined) return { icon: 'error', tone: 'bad' };
  if (row.outcome === 'partial') return { icon: 'warning', tone: 'warning' };
  if (row.outcome !== 'restored' && row.outcome !== 'cast') return OUTCOME_MARKS[row.outcome];
  if (row.match === 'rule') return { icon: 'arrow-swap', tone: 'good' };
  if (row.match === 'pair') return { icon: '≈', tone: 'good' };
  return OUTCOME_MARKS[row.outcome];
}

/** Why, in a few words. */
export function reasonOf(row: MappingRow): string {
  const { outcome, match, detail, score } = row;
  const how =
    match === 'pair' && outcome !== 'skipped' && score !== undefined ? pairWords(score) : row.reason;
  if (outcome === 'partial') return `shape differs: ${detail ?? how}`;
  if (outcome === 'transposed') return `${how}, ${detail ?? ''}`;
  return detail === undefined ? how : `${how}, ${detail}`;
}

function pairWords(score: number): string {
  return score < ALIKE ? 'paired by hand' : `similar name ${score.toFixed(2)}`;
}

/** What can be done with all rows of a scope at once: skip those that get something, else restore what is skipped. */
export function scopeAction(rows: readonly MappingRow[]): 'skip' | 'restore' | null {
  const known = rows.filter(({ source, action }) => source !== null && action !== null);
  if (known.length === 0) return null;
  return known.some(({ action }) => action !== 'skip') ? 'skip' : 'restore';
}

export const SCOPE_ACTION_WORDS = { skip: 'Skip All', restore: 'Restore All' } as const;

const TAKEN: ReadonlySet<RestoreOutcome> = new Set(['restored', 'cast', 'partial', 'transposed']);

/** `4 of 4 restored`, `2 skipped`. */
export function scopeWords(rows: readonly MappingRow[], numbers: NumberFormat): string {
  const counts = countOutcomes(rows);
  const taken = rows.filter(({ outcome }) => TAKEN.has(outcome)).length;
  const problems = rows.filter(({ problem }) => problem !== undefined).length;
  if (problems === rows.length) return '';
  if (taken > 0) return `${numbers.count(taken)} of ${numbers.count(rows.length)} restored`;
  return [...counts].map(([outcome, count]) => `${numbers.count(count)} ${outcome}`).join(', ');
}

export function countOutcomes(rows: readonly MappingRow[]): ReadonlyMap<RestoreOutcome, number> {
  const counts = new Map<RestoreOutcome, number>();
  for (const { outcome } of rows) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

const SHORT_TYPES: Readonly<Record<string, string>> = {
  float32: 'f32',
  float64: 'f64',
  float16: 'f16',
  bfloat16: 'bf16',
  int32: 'i32',
  int64: 'i64',
  int16: 'i16',
  int8: 'i8',
  uint8: 'u8',
};

export function shortType(dtype: string): string {
  return SHORT_TYPES[dtype] ?? dtype;
}

export function shapeWords(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** A name at the beginning of a sentence stays as it is. */
export function problemSentence({ variable, source }: MappingRow, problem: string): string {
  const isNamed = [variable, source].some(name => name !== null && problem.startsWith(name));
  return isNamed ? problem : capital(problem);
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
