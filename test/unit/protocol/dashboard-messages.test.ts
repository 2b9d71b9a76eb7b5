import { describe, expect, it } from 'vitest';
import { defaultPreferences, knownTab, type FromDashboard } from '../../../src/protocol/dashboard.ts';
import { readDashboardMessage } from '../../../src/protocol/dashboard-messages.ts';

const query = {
  run: 'a',
  tag: 'losses/total',
  axis: 'step',
  range: null,
  pixels: 800,
  smoothing: 0.6,
} as const;

const good: readonly FromDashboard[] = [
  { type: 'ready' },
  { type: 'runsTaken' },
  { type: 'curve', id: 3, query },
  { type: 'curve', id: 4, query: { ...query, range: [0, 10.5] } },
  { type: 'command', command: 'start', run: null },
  { type: 'command', command: 'stop', run: 'a' },
  { type: 'open', what: 'manageTrust' },
  { type: 'openConsole', run: null },
  { type: 'setPreferences', preferences: defaultPreferences },
  { type: 'setPreferences', preferences: { ...defaultPreferences, tab: 'of a newer version' } },
  { type: 'setPlotted', run: 'a', plotted: false },
  { type: 'copy', text: '0.183' },
  { type: 'exportCsv', tag: 'losses/total' },
  { type: 'openLocation', run: 'a' },
];

const bad: readonly (readonly [unknown, RegExp])[] = [
  [null, /without a type/],
  ['ready', /without a type/],
  [[], /without a type/],
  [{ type: 'runs' }, /unknown type "runs"/],
  [{ type: 'toString' }, /unknown type/],
  [{ type: '__proto__' }, /unknown type/],
  [{ type: 'curve', id: 1.5, query }, /bad id/],
  [{ type: 'curve', id: 1, query: { ...query, pixels: 1e9 } }, /bad query/],
  [{ type: 'curve', id: 1, query: { ...query, pixels: Number.NaN } }, /bad query/],
  [{ type: 'curve', id: 1, query: { ...query, smoothing: 1 } }, /bad query/],
  [{ type: 'curve', id: 1, query: { ...query, range: [0] } }, /bad query/],
  [{ type: 'curve', id: 1, query: { ...query, axis: 'time' } }, /bad query/],
  [{ type: 'command', command: 'rm', run: 'a' }, /bad command/],
  [{ type: 'open', what: 'workbench.action.terminal.new' }, /bad what/],
  [{ type: 'setPlotted', run: 'a', plotted: 'yes' }, /bad plotted/],
  [{ type: 'setPreferences', preferences: { ...defaultPreferences, tab: 1 } }, /bad preferences/],
  [{ type: 'setPreferences', preferences: { ...defaultPreferences, cardsPerRow: 9 } }, /bad preferences/],
  [{ type: 'setPreferences', preferences: { ...defaultPreferences, pinned: [1] } }, /bad preferences/],
  [{ type: 'copy', text: 'x'.repeat(1_000_001) }, /bad text/],
  [{ type: 'exportCsv', tag: 7 }, /bad tag/],
];

describe('readDashboardMessage', () => {
  it.each(good)('takes %j', message => {
    expect(readDashboardMessage(structuredClone(message))).toEqual({ message });
  });

  it('knows every type of message', () => {
    expect(new Set(good.map(({ type }) => type)).size).toBe(11);
  });

  it.each(bad)('rejects %j', (value, problem) => {
    expect(readDashboardMessage(value)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});

describe('knownTab', () => {
  it('takes the first view for one that another version has', () => {
    expect(['scalars', 'console', 'of a newer version', 'toString'].map(knownTab)).toEqual([
      'scalars',
      'console',
      'scalars',
      'scalars',
    ]);
  });
});
