import { describe, expect, it } from 'vitest';
import type { FromCheckpointPage } from '../../../src/protocol/checkpoint.ts';
import { readCheckpointMessage } from '../../../src/protocol/checkpoint-messages.ts';

const picture = { type: 'picture', id: 0, variable: 3, channel: 0 } as const;
const window = { type: 'window', id: 1, variable: 3, rows: [0, 64], columns: [0, 10] } as const;

const good: readonly FromCheckpointPage[] = [
  { type: 'ready' },
  { type: 'visible', variables: [0, 5000] },
  { type: 'readAll' },
  { type: 'readLarge', variable: 2 },
  picture,
  window,
  { type: 'compare', choice: 'checkpoint-1' },
  { type: 'compare', choice: null },
  { type: 'copy', text: 'conv1/weights' },
  { type: 'export', variable: 0 },
  { type: 'export', variable: null },
  { type: 'warmStart' },
  { type: 'retry' },
];

const bad: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /without a type/],
  [{ type: 'opened' }, /unknown type "opened"/],
  [{ type: '__proto__' }, /unknown type/],
  [{ type: 'visible', variables: [-1] }, /bad variables/],
  [{ type: 'visible', variables: Array.from({ length: 20_000 }, () => 0) }, /bad variables/],
  [{ type: 'readLarge', variable: 1.5 }, /bad variable/],
  [{ ...picture, type: 'file' }, /unknown type "file"/],
  [{ ...picture, variable: '/etc/passwd' }, /bad variable/],
  [{ ...window, rows: [0, 1e9] }, /bad rows/],
  [{ ...window, rows: [5, 4] }, /bad rows/],
  [{ ...window, columns: [0] }, /bad columns/],
  [{ ...window, columns: [0, 1, 2] }, /bad columns/],
  [{ type: 'compare', path: '/etc/passwd' }, /bad choice/],
  [{ type: 'export', variable: -1 }, /bad variable/],
  [{ type: 'copy', text: 7 }, /bad text/],
];

describe('readCheckpointMessage', () => {
  it.each(good.map(message => [message] as const))('takes %j', message => {
    expect(readCheckpointMessage(message)).toEqual({ message });
  });

  it.each(bad)('refuses %j', (value, problem) => {
    expect(readCheckpointMessage(value)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
