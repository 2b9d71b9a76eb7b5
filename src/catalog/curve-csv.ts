/** A curve as CSV (RFC 4180): a row for each point, those that cannot be drawn and those of lost steps too. */

import type { SeriesPoints, SeriesWindow } from '../protocol/series.ts';

export const csvHeader = 'run,wall_time,step,value,lost\r\n';

const ROWS_AT_ONCE = 10_000;

/** `curve`: with wall time as its x axis. Some thousand rows at a time. `lost` is 1 for what a later attempt replaced. */
export function* csvRows(run: string, curve: SeriesWindow): Generator<string> {
  yield* pointRows(run, curve.points, 0);
  for (const points of curve.lost) yield* pointRows(run, points, 1);
  yield curve.nonFinite.map(({ x, step, value }) => row(run, x, step, value, 0)).join('');
}

function* pointRows(run: string, { wallTime, step, raw }: SeriesPoints, lost: 0 | 1): Generator<string> {
  for (let begin = 0; begin < raw.length; begin += ROWS_AT_ONCE) {
    let rows = '';
    for (let i = begin; i < Math.min(raw.length, begin + ROWS_AT_ONCE); i++) {
      rows += row(run, wallTime[i] ?? 0, step[i] ?? 0, raw[i] ?? 0, lost);
    }
    yield rows;
  }
}

function row(run: string, wallTime: number, step: number, value: number | string, lost: 0 | 1): string {
  return `${quoted(run)},${wallTime},${step},${value},${lost}\r\n`;
}

/** A spreadsheet takes a text that begins with = + - or @ for a formula, a run's name too. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
