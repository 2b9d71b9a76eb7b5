import { expect, test } from 'vitest';
import type { MappingRow } from '../../src/protocol/mapping.ts';
import { visibleLines, type TreeView } from '../../webview/mapping/row-tree.ts';

function rowOf(variable: string | null, source: string | null, outcome: MappingRow['outcome']): MappingRow {
  return { variable, source, outcome, match: 'name', reason: '', actions: [], action: null, paired: false };
}

const all: TreeView = {
  isFlat: false,
  folded: new Set(),
  outcomes: new Set(),
  find: '',
  unusedLabel: 'Only there',
  slots: new Set(),
};

function outline(rows: readonly MappingRow[], view: Partial<TreeView> = {}): string[] {
  return visibleLines(rows, { ...all, ...view }).map(
    line => `${'  '.repeat(line.level - 1)}${line.label}${line.kind === 'scope' ? '/' : ''}`,
  );
}

const model = (...names: string[]): MappingRow[] => names.map(name => rowOf(name, name, 'restored'));

test('variables stand below their outermost scope, in the order of the model, those in none by themselves', () => {
  const rows = [...model('b/x/w', 'top', 'a/w', 'b/y'), rowOf(null, 'c/z', 'unused')];
  expect(outline(rows)).toEqual(['b/', '  x/w', '  y', 'top', 'a/', '  w', 'Only there/', '  c/z']);
  expect(outline(rows, { isFlat: true })).toEqual(['b/x/w', 'top', 'a/w', 'b/y', 'Only there/', '  c/z']);
});

test('a scope of many variables is cut into the scopes within it, what all share first', () => {
  const names = Array.from(
    { length: 60 },
    (_, index) => `net/v1/block${Math.floor(index / 30)}/w${index % 30}`,
  );
  const lines = outline(model(...names));
  expect(lines.slice(0, 3)).toEqual(['net/v1/', '  block0/', '    w0']);
  expect(lines[32]).toBe('  block1/');
  expect(lines).toHaveLength(63);
});

test('what is folded hides its variables, but not what is looked for', () => {
  const rows = model('a/w', 'a/b', 'c/w');
  const folded = new Set(['s:a/']);
  expect(outline(rows, { folded })).toEqual(['a/', 'c/', '  w']);
  expect(outline(rows, { folded, find: 'A/B' })).toEqual(['a/', '  b']);
});

test('only outcomes that are chosen are shown, and names of either side are found', () => {
  const rows = [rowOf('a/w', 'old/w', 'restored'), rowOf('a/b', null, 'initialized')];
  expect(outline(rows, { outcomes: new Set(['initialized']) })).toEqual(['a/', '  b']);
  expect(outline(rows, { find: 'old' })).toEqual(['a/', '  w']);
  expect(outline(rows, { find: 'nothing' })).toEqual([]);
});

test('state of optimizers stands together where it is left out, and in its scope where it is restored', () => {
  const rows = [...model('a/w'), rowOf('a/w/Momentum', null, 'skipped'), rowOf('step', null, 'skipped')];
  const slots = new Set(['a/w/Momentum', 'step']);
  expect(outline(rows, { slots })).toEqual(['a/', '  w', 'Optimizer state/', '  a/w/Momentum', '  step']);
  expect(outline(rows, { slots, folded: new Set(['s:slots']) })).toEqual(['a/', '  w', 'Optimizer state/']);
  expect(outline(model('a/w', 'a/w/Momentum'), { slots })).toEqual(['a/', '  w', '  w/Momentum']);
});
