import { describe, expect, it } from 'vitest';
import type { FromMapping } from '../../../src/protocol/mapping.ts';
import { readMappingMessage } from '../../../src/protocol/mapping-messages.ts';

const rule = { pattern: '^vgg_16/', replacement: '' };
const range = { from: 0, into: 0, count: 10 };

const good: readonly FromMapping[] = [
  { type: 'ready' },
  { type: 'setPattern', list: 'include', index: 0, text: 'conv' },
  { type: 'setPattern', list: 'exclude', index: 3, text: null },
  { type: 'setRule', index: 0, rule },
  { type: 'setRule', index: 0, rule: null },
  { type: 'setSlots', restore: true },
  { type: 'pair', variable: 'fc6/weights', source: 'fc_6/kernel' },
  { type: 'unmatch', variable: 'fc6/weights' },
  { type: 'act', variable: 'fc6/weights', action: 'partial' },
  { type: 'actOnScope', scope: 'fc6/', variables: ['fc6/weights'], action: 'skip' },
  { type: 'setRows', variable: 'fc6/weights', axis: 0, ranges: [range] },
  { type: 'suggest', id: 1, variable: 'fc6/weights' },
  { type: 'readValues', id: 2, source: 'fc_6/kernel', variable: null },
  { type: 'pairLabels', variable: 'fc8/weights' },
  { type: 'chooseCheckpoint' },
  { type: 'chooseScript' },
  { type: 'readModel' },
  { type: 'openScript' },
  { type: 'openText', line: 4, column: 1 },
  { type: 'manageTrust' },
  { type: 'copyCode', language: 'python' },
  { type: 'start' },
];

const bad: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /without a type/],
  [{ type: 'plan' }, /unknown type "plan"/],
  [{ type: 'constructor' }, /unknown type/],
  [{ type: 'setPattern', list: 'variables', index: 0, text: 'a' }, /bad list/],
  [{ type: 'setPattern', list: 'include', index: -1, text: 'a' }, /bad index/],
  [{ type: 'setPattern', list: 'include', index: 0, text: 'a'.repeat(5000) }, /bad text/],
  [{ type: 'setRule', index: 0, rule: { pattern: 'a' } }, /bad rule/],
  [{ type: 'act', variable: 'a', action: 'delete' }, /bad action/],
  [{ type: 'actOnScope', scope: 'a/', variables: 'a/b', action: 'skip' }, /bad variables/],
  [{ type: 'actOnScope', scope: 'a/', variables: [], action: 'initialize' }, /bad action/],
  [{ type: 'setRows', variable: 'a', axis: 0, ranges: [{ ...range, count: 1.5 }] }, /bad ranges/],
  [{ type: 'setRows', variable: 'a', axis: 0, ranges: Array(20_000).fill(range) }, /bad ranges/],
  [{ type: 'pair', variable: 'a', source: { path: '/etc/passwd' } }, /bad source/],
  [{ type: 'copyCode', language: 'sh' }, /bad language/],
];

describe('messages of the mapping editor', () => {
  it.each(good)('takes $type', message => {
    expect(readMappingMessage(message)).toEqual({ message });
  });

  it.each(bad)('refuses %j', (message, problem) => {
    expect(readMappingMessage(message)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
