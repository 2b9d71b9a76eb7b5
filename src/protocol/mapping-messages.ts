import type { FromMapping } from './mapping.ts';
import type { RenameRule, RowRange } from './restore.ts';
import { isBoolean, isCount, isId, isListOf, isName, isNullOr, isOneOf, isShape } from './checks.ts';
import { readMessage, type MessageShapes, type Reading } from './read-message.ts';

export function readMappingMessage(value: unknown): Reading<FromMapping> {
  return readMessage(shapes, value);
}

const isRule = isShape<RenameRule>({
  pattern: isName,
  replacement: isName,
});

const isRowRange = isShape<RowRange>({
  from: isCount,
  into: isCount,
  count: isCount,
});

const shapes: MessageShapes<FromMapping> = {
  ready: {},
  setPattern: { list: isOneOf('include', 'exclude'), index: isCount, text: isNullOr(isName) },
  setRule: { index: isCount, rule: isNullOr(isRule) },
  setSlots: { restore: isBoolean },
  pair: { variable: isName, source: isName },
  unmatch: { variable: isName },
  act: {
    variable: isName,
    action: isOneOf('restore', 'skip', 'partial', 'transpose', 'reshape', 'initialize'),
  },
  actOnScope: { scope: isName, variables: isListOf(isName), action: isOneOf('skip', 'restore') },
  setRows: { variable: isName, axis: isCount, ranges: isListOf(isRowRange) },
  suggest: { id: isId, variable: isName },
  readValues: { id: isId, source: isName, variable: isNullOr(isName) },
  pairLabels: { variable: isName },
  chooseCheckpoint: {},
  chooseScript: {},
  readModel: {},
  openScript: {},
  openText: { line: isCount, column: isCount },
  manageTrust: {},
  copyCode: { language: isOneOf('ts', 'python') },
  start: {},
};
