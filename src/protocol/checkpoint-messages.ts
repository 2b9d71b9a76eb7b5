/** The messages of a checkpoint's page, checked before anything is done with them. */

import type { FromCheckpointPage, Span } from './checkpoint.ts';
import { isCount, isId, isListOf, isName, isNullOr, isText, type Check } from './checks.ts';
import { readMessage, type MessageShapes, type Reading } from './read-message.ts';

/** Never throws: what is wrong with the message is the answer. */
export function readCheckpointMessage(value: unknown): Reading<FromCheckpointPage> {
  return readMessage(messages, value);
}

/** More rows or columns than these are on no screen. */
const MAX_SPAN = 1024;

const isSpan: Check<Span> = (value): value is Span => {
  const [from, to, ...more] = isListOf(isCount, 2)(value) ? value : [];
  return from !== undefined && to !== undefined && more.length === 0 && from <= to && to - from <= MAX_SPAN;
};

const messages: MessageShapes<FromCheckpointPage> = {
  ready: {},
  visible: { variables: isListOf(isCount) },
  readAll: {},
  readLarge: { variable: isCount },
  picture: { id: isId, variable: isCount, channel: isCount },
  window: { id: isId, variable: isCount, rows: isSpan, columns: isSpan },
  compare: { choice: isNullOr(isName) },
  copy: { text: isText },
  export: { variable: isNullOr(isCount) },
  warmStart: {},
  retry: {},
};
