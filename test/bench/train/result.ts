/** What was measured, as a line of JSON and as rows of a table. */

import { comparison, ratiosOf, rounded, spreadOf, type Spread } from '../statistics.ts';

type Unit = 'us/step' | 's';

export interface Result {
  readonly title: string;
  readonly rival: string;
  readonly unit: Unit;
  readonly backend: 'native' | 'embedded';
  /** How our step ran; null: there was none. */
  readonly mode: string | null;
  /** Round by round. */
  readonly ours: readonly number[];
  /** null: it cannot do that. */
  readonly theirs: readonly number[] | null;
}

export function jsonLine({ title, rival, unit, ours, theirs, ...how }: Result): string {
  return comparison(`${title}, against ${rival}, ${modeOf(how)}`, unit, ours, theirs);
}

function modeOf({ backend, mode }: Pick<Result, 'backend' | 'mode'>): string {
  return mode === null ? backend : `${backend}, ${mode}`;
}

export function markdownTable(results: readonly Result[]): string {
  const rows = results.map(result => {
    const { title, rival, unit, ours, theirs } = result;
    const other = theirs === null ? 'cannot' : cell(spreadOf(theirs), unit);
    const ratio = theirs === null ? '' : ratioCell(ratiosOf(ours, theirs));
    return `| ${[title, modeOf(result), cell(spreadOf(ours), unit), rival, other, ratio].join(' | ')} |`;
  });
  return [
    '| what | mode | ours | rival | its | ratio |',
    '| --- | --- | ---: | --- | ---: | ---: |',
    ...rows,
  ].join('\n');
}

/** Median, and the best round. */
function cell({ median, least }: Spread, unit: Unit): string {
  const [scale, name] = unit === 's' ? [1, 's'] : median < 1000 ? [1, 'us'] : [1000, 'ms'];
  return `${rounded(median / scale)} ${name} (${rounded(least / scale)})`;
}

function ratioCell({ median, least, most }: Spread): string {
  return `**${median.toFixed(2)}** (${least.toFixed(2)} to ${most.toFixed(2)})`;
}
