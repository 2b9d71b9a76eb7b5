/** Changes the text of a restore mapping where it has to change and nowhere else, so that a diff shows what was meant. */

import { applyEdits, findNodeAtLocation, modify, parseTree, type JSONPath, type Node } from 'jsonc-parser';
import type { PatternList } from '../protocol/mapping.ts';
import { EMPTY_MAPPING, type RenameRule, type VariableChoice } from './restore-mapping.ts';

export type MappingChange =
  | { readonly what: 'checkpoint' | 'script'; readonly path: string }
  /** text null: the pattern is removed; an index after the last adds one. */
  | {
      readonly what: 'pattern';
      readonly list: PatternList;
      readonly index: number;
      readonly text: string | null;
    }
  | { readonly what: 'rule'; readonly index: number; readonly rule: RenameRule | null }
  | { readonly what: 'restoreSlots'; readonly restore: boolean }
  /** choice null: nothing is said of the variable any more. */
  | { readonly what: 'choice'; readonly variable: string; readonly choice: VariableChoice | null }
  /** One after the other; what undoes one undoes all. */
  | { readonly what: 'several'; readonly changes: readonly MappingChange[] };

export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** The one place to change in a text that {@link parseRestoreFile} finds no fault with; null: it says so already. */
export function editMapping(text: string, change: MappingChange): TextEdit | null {
  return difference(text, changed(text, change));
}

function changed(text: string, change: MappingChange): string {
  switch (change.what) {
    case 'checkpoint':
    case 'script':
      return set(text, [change.what], change.path);
    case 'restoreSlots':
      return set(text, ['restoreSlots'], change.restore ? true : undefined);
    case 'pattern':
      return setElement(text, change.list, change.index, change.text);
    case 'rule':
      return change.rule === null || nodeAt(text, ['rename', change.index]) === undefined
        ? setElement(text, 'rename', change.index, change.rule)
        : setEach(text, ['rename', change.index], change.rule);
    case 'choice':
      return setChoice(text, change.variable, change.choice);
    case 'several':
      return change.changes.reduce(changed, text);
  }
}

function setElement(text: string, list: string, index: number, element: unknown): string {
  const count = nodeAt(text, [list])?.children?.length ?? 0;
  if (element === null) return set(text, index === 0 && count <= 1 ? [list] : [list, index], undefined);
  return count === 0 ? set(text, [list], [element]) : set(text, [list, index], element, index >= count);
}

function setChoice(text: string, variable: string, choice: VariableChoice | null): string {
  const path = ['variables', variable];
  const known = nodeAt(text, path);
  if (choice !== null && nodeAt(text, ['variables']) === undefined) {
    return set(text, ['variables'], { [variable]: choice });
  }
  if (choice !== null) {
    return known === undefined ? set(text, path, choice) : setEach(text, path, { ...NO_CHOICE, ...choice });
  }
  if (known === undefined) return text;
  const isLast = nodeAt(text, ['variables'])?.children?.length === 1;
  return set(text, isLast ? ['variables'] : path, undefined);
}

/** All that may be said of a variable, unsaid. */
const NO_CHOICE = { from: undefined, action: undefined, axis: undefined, rows: undefined, axes: undefined };

/** Property by property: what else stands there, by a newer version perhaps, stays. */
function setEach(text: string, path: JSONPath, values: object): string {
  return Object.entries(values).reduce((result, [key, value]: [string, unknown]) => {
    const isThere = nodeAt(result, [...path, key]) !== undefined;
    return value === undefined && !isThere ? result : set(result, [...path, key], value);
  }, text);
}

function set(text: string, path: JSONPath, value: unknown, isArrayInsertion = false): string {
  if (value === undefined && nodeAt(text, path) === undefined) return text;
  const edits = modify(text, path, value, {
    formattingOptions: formatting(text),
    isArrayInsertion,
    getInsertionIndex:
      path.length === 1 ? keys => placeFor(String(path[0]), keys) : keys => alphabetical(path, keys),
  });
  return applyEdits(text, edits);
}

function nodeAt(text: string, path: JSONPath): Node | undefined {
  const root = parseTree(text);
  return root === undefined ? undefined : findNodeAtLocation(root, path);
}

const ORDER: readonly string[] = ['$schema', 'schemaVersion', ...Object.keys(EMPTY_MAPPING)];

/** Where formatRestoreFile would have the key. */
function placeFor(key: string, keys: readonly string[]): number {
  const before = new Set(ORDER.slice(0, ORDER.indexOf(key)));
  return keys.findLastIndex(each => before.has(each)) + 1;
}

/** Of variables; the few keys of a variable are in the order in which they are set. */
function alphabetical(path: JSONPath, keys: readonly string[]): number {
  if (path.length !== 2 || path[0] !== 'variables') return keys.length;
  const after = keys.findIndex(key => key > String(path[1]));
  return after === -1 ? keys.length : after;
}

function formatting(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** What is between the beginning and the end that both have. */
function difference(before: string, after: string): TextEdit | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return {
    offset: start,
    length: before.length - start - end,
    content: after.slice(start, after.length - end),
  };
}
