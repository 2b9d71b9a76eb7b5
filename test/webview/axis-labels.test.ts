import { describe, expect, it } from 'vitest';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { logTicks, xLabels } from '../../webview/dashboard/charts/axis-labels.ts';

const numbers = new NumberFormat('en-US');

describe('logTicks', () => {
  const labels = (min: number, max: number, room: number): number[] =>
    logTicks(min, max, room).flatMap(({ value, labelled }) => (labelled ? [value] : []));

  it('labels as many ticks as there is room for, evenly', () => {
    expect(labels(0.15, 1.6, 4)).toEqual([0.2, 0.5, 1]);
    expect(labels(0.15, 1.6, 9)).toEqual([0.2, 0.3, 0.5, 0.7, 1]);
    expect(labels(0.027, 0.041, 4)).toEqual([0.03, 0.04]);
    expect(labels(0.001, 100, 6)).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    expect(labels(1e-9, 1, 3)).toEqual([1e-9, 1e-6, 1e-3, 1]);
  });

  it('has ticks inside of the range only, without rounding errors', () => {
    expect(logTicks(0.15, 0.45, 4).map(({ value }) => value)).toEqual([0.2, 0.3, 0.4]);
  });
});

describe('xLabels', () => {
  it('shortens steps while that tells them apart', () => {
    expect(xLabels([0, 1000, 2500], 500, 'step', numbers)).toEqual(['0', '1k', '2.5k']);
    expect(xLabels([3480, 3481], 1, 'step', numbers)).toEqual(['3,480', '3,481']);
  });

  it('writes durations without empty parts', () => {
    expect(xLabels([0, 30, 60, 90, 3600, 5400, 90_000], 30, 'relative', numbers)).toEqual([
      '0',
      '30s',
      '1m',
      '1m 30s',
      '1h',
      '1h 30m',
      '1d 1h',
    ]);
  });
});
