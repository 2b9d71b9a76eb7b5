import { describe, expect, it } from 'vitest';
import type { SeriesPoints, SeriesWindow } from '../../../src/protocol/series.ts';
import { csvRows } from '../../../src/catalog/curve-csv.ts';

function points(values: readonly (readonly [wallTime: number, step: number, value: number])[]): SeriesPoints {
  const column = (index: 0 | 1 | 2): Float64Array => Float64Array.from(values, value => value[index]);
  return { x: column(0), raw: column(2), smoothed: column(2), step: column(1), wallTime: column(0) };
}

function curve(fields: Partial<SeriesWindow>): SeriesWindow {
  const empty = { lost: [], attempts: [], nonFinite: [], count: 0, xExtent: null, newest: null };
  return { points: points([]), ...empty, ...fields };
}

const csv = (run: string, window: SeriesWindow): string => [...csvRows(run, window)].join('');

describe('csvRows', () => {
  it('writes every point with all digits, those of lost steps and those that are no numbers too', () => {
    const window = curve({
      points: points([[1.5, 10, 0.1 + 0.2]]),
      lost: [points([[1.25, 11, 7]])],
      nonFinite: [{ x: 2, step: 12, value: 'NaN' }],
    });
    expect(csv('lenet', window)).toBe(
      'lenet,1.5,10,0.30000000000000004,0\r\nlenet,1.25,11,7,1\r\nlenet,2,12,NaN,0\r\n',
    );
  });

  it('leaves no point out of a long curve', () => {
    const long = points(Array.from({ length: 25_001 }, (_, i) => [i, i, i] as const));
    const rows = csv('a', curve({ points: long }))
      .trimEnd()
      .split('\r\n');
    expect(rows).toHaveLength(25_001);
    expect(rows.at(-1)).toBe('a,25000,25000,25000,0');
  });

  it.each([
    ['a,"b"', '"a,""b"""'],
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    ['two\nlines', '"two\nlines"'],
  ])('quotes the name %j', (name, quoted) => {
    expect(csv(name, curve({ points: points([[0, 0, 1]]) }))).toBe(`${quoted},0,0,1,0\r\n`);
  });
});
