/** What a mapping is to say of one variable when its user pairs it, or wants something done with it. */

import type { RowAction } from '../protocol/mapping.ts';
import type { VariableChoice } from './restore-mapping.ts';
import { isSameShape, possibleActions, type Shape } from './shape-fit.ts';

/** That source, by the action that its shape allows. */
export function choosePair(source: string, stored: Shape, wanted: Shape): VariableChoice {
  const [likely] = possibleActions(stored, wanted);
  const isPlain = isSameShape(stored, wanted) || likely === undefined || likely === 'skip';
  return isPlain ? { from: source } : { from: source, action: likely };
}

/** `isLeftOut`: whether patterns or its role leave the variable out unless it is named. null: nothing need be said. */
export function chooseAction(
  before: VariableChoice | undefined,
  action: RowAction,
  isLeftOut: boolean,
): VariableChoice | null {
  if (action === 'initialize') return null;
  if (before?.action === action) return before;
  const from = before?.from === undefined ? {} : { from: before.from };
  if (action === 'restore' && before?.from !== undefined) return from;
  if (action === 'restore' && !isLeftOut) return null;
  return { ...from, action };
}

/** Without the source that it has: what the mapping pairs is paired no longer, what name or rules give is left out. */
export function chooseNoSource(before: VariableChoice | undefined): VariableChoice | null {
  return before?.from === undefined ? { action: 'skip' } : null;
}
