import { describe, expect, it } from 'vitest';
import { RunMarks, type Memory } from '../../../src/catalog/run-marks.ts';

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    get: key => {
      const value = kept.get(key);
      return value === undefined ? undefined : (JSON.parse(value) as unknown);
    },
    update: async (key, value) => {
      kept.set(key, JSON.stringify(value));
      await Promise.resolve();
    },
  };
}

describe('RunMarks', () => {
  it('gives each run the lowest free series and remembers it', () => {
    const kept = memory();
    const marks = new RunMarks(kept);
    expect(['a', 'b', 'a', 'c'].map(run => marks.seriesOf(run))).toEqual([0, 1, 0, 2]);
    expect(new RunMarks(kept).seriesOf('c')).toBe(2);
  });

  it('gives the series of a run that is gone to the next one', () => {
    const marks = new RunMarks(memory());
    for (const run of ['a', 'b', 'c']) marks.seriesOf(run);
    marks.keepOnly(new Set(['a', 'c']));
    expect(marks.seriesOf('d')).toBe(1);
    expect(marks.seriesOf('c')).toBe(2);
  });

  it('plots a run until told otherwise, and remembers that', () => {
    const kept = memory();
    const marks = new RunMarks(kept);
    expect(marks.isPlotted('a')).toBe(true);
    marks.setPlotted('a', false);
    expect(new RunMarks(kept).isPlotted('a')).toBe(false);
    marks.setPlotted('a', true);
    expect(new RunMarks(kept).isPlotted('a')).toBe(true);
  });
});
