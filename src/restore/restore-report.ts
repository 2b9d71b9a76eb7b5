/** A plan, or what it came to, as text for a console. */

import { NumberFormat } from '../protocol/number-format.ts';
import { RESTORE_OUTCOMES, type RestoreEntry, type RestoreOutcome } from '../protocol/restore.ts';

const numbers = new NumberFormat('en');

/** `18 restored, 2 skipped, 3 unused`, in the order in which outcomes are always told. */
export function outcomeCounts(entries: readonly RestoreEntry[]): string {
  const counts = countOutcomes(entries);
  return RESTORE_OUTCOMES.flatMap(outcome => {
    const count = counts.get(outcome) ?? 0;
    return count === 0 ? [] : `${count} ${outcome}`;
  }).join(', ');
}

/** One sentence: `15 of 19 variables come from the checkpoint. 4 keep their initial value.` */
export function outcomeSentence(entries: readonly RestoreEntry[]): string {
  const counts = countOutcomes(entries);
  const total = entries.length - (counts.get('unused') ?? 0);
  const kept = (counts.get('initialized') ?? 0) + (counts.get('skipped') ?? 0);
  const [all, some, others] = [total, total - kept, kept].map(count => numbers.count(count));
  const taken = `${some ?? ''} of ${all ?? ''} variables come from the checkpoint.`;
  return kept === 0
    ? taken
    : `${taken} ${others ?? ''} ${kept === 1 ? 'keeps its' : 'keep their'} initial value.`;
}

/** One line for each variable: outcome, name, where from, why. Of what is alike by name only the outcome is of interest. */
export function reportLines(entries: readonly RestoreEntry[]): string[] {
  const names = entries.map(nameText);
  const width = Math.min(60, Math.max(0, ...names.map(({ length }) => length)));
  return entries.map((entry, index) => {
    const near = entry.nearest === undefined ? '' : `; nearest: ${entry.nearest.join(', ')}`;
    const score = entry.score === undefined ? '' : ` (similarity ${entry.score.toFixed(2)})`;
    const detail = entry.detail === undefined ? '' : `, ${entry.detail}`;
    return `${entry.outcome.padEnd(11)}  ${(names[index] ?? '').padEnd(width)}  ${entry.reason}${score}${detail}${near}`;
  });
}

const CONSOLE_LINES = 30;

/** For a run's console: what came of it, and each variable of the model that is not simply restored. */
export function consoleReport(entries: readonly RestoreEntry[]): string[] {
  const special = entries.filter(
    ({ outcome, match }) => outcome !== 'unused' && !(outcome === 'restored' && match === 'name'),
  );
  const shown = reportLines(special.slice(0, CONSOLE_LINES));
  const more = special.length - shown.length;
  return [
    `Variables: ${outcomeCounts(entries)}.`,
    ...shown.map(line => `  ${line}`),
    ...(more === 0 ? [] : [`  and ${more} more`]),
  ];
}

function nameText({ variable, source }: RestoreEntry): string {
  if (variable === null) return source ?? '';
  return source === null || source === variable ? variable : `${variable} <- ${source}`;
}

function countOutcomes(entries: readonly RestoreEntry[]): ReadonlyMap<RestoreOutcome, number> {
  const counts = new Map<RestoreOutcome, number>();
  for (const { outcome } of entries) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}
