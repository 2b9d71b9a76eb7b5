/** The nodes of the grid's lines. */

import type { MappingRow } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, icon, setAttribute } from '../shared/element.ts';
import {
  ACTION_WORDS,
  markOf,
  reasonOf,
  SCOPE_ACTION_WORDS,
  scopeAction,
  scopeWords,
  shapeWords,
  shortType,
} from './row-words.ts';
import type { Line, RowLine, ScopeLine } from './row-tree.ts';

interface KnownVariable {
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface RowSurroundings {
  readonly numbers: NumberFormat;
  readonly model: ReadonlyMap<string, KnownVariable & { readonly initializer: string | null }>;
  readonly stored: ReadonlyMap<string, KnownVariable>;
  /** Whether both sides are known, so that it is known what becomes of each. */
  readonly isPlanned: boolean;
}

const COLUMNS = ['Model variable', 'Shape', 'Match', 'Checkpoint variable', 'Shape', 'Action'];

export function gridHeader(): HTMLElement {
  return element(
    'div',
    { class: 'grid-head columns', role: 'row', 'aria-rowindex': '1' },
    ...COLUMNS.map(words => element('span', { role: 'columnheader' }, words)),
  );
}

/** Puts a line into its row's node, in the place of what was in it. */
export function showLine(node: HTMLElement, line: Line, surroundings: RowSurroundings): void {
  const level = `level-${Math.min(line.level, 4)}`;
  setAttribute(node, 'aria-level', String(line.level));
  setAttribute(node, 'aria-expanded', line.kind === 'scope' ? String(!line.isFolded) : null);
  if (line.kind === 'scope') {
    node.className = `grid-row scope-row ${level}`;
    node.replaceChildren(scopeCell(line, surroundings));
  } else {
    const { variable, outcome } = line.row;
    const kind = variable === null ? 'unused-row' : 'model-row';
    const isOff = outcome === 'skipped' || outcome === 'unused';
    node.className = `grid-row columns ${kind} ${level}${isOff ? ' off' : ''}`;
    node.replaceChildren(...rowCells(line, surroundings));
  }
}

function scopeCell({ label, isFolded, rows, scope }: ScopeLine, surroundings: RowSurroundings): HTMLElement {
  const { numbers, isPlanned } = surroundings;
  const problems = rows.filter(({ problem }) => problem !== undefined).length;
  const action = scope === null || !isPlanned ? null : scopeAction(rows);
  return element(
    'span',
    { class: 'scope-cell', role: 'gridcell', 'aria-colspan': '6' },
    icon(isFolded ? 'chevron-right' : 'chevron-down'),
    element('b', { class: 'ellipsis', title: label }, label),
    element(
      'span',
      { class: 'dim number' },
      isPlanned ? scopeWords(rows, numbers) : numbers.count(rows.length),
    ),
    ...(problems === 0
      ? []
      : [
          element(
            'span',
            { class: 'bad number' },
            `${numbers.count(problems)} ${problems === 1 ? 'problem' : 'problems'}`,
          ),
        ]),
    ...(action === null ? [] : [scopeButton(action, label)]),
  );
}

/** Not a button of its own: the grid has the focus, and Space does the same. */
function scopeButton(action: 'skip' | 'restore', label: string): HTMLElement {
  const words = SCOPE_ACTION_WORDS[action];
  return element(
    'span',
    { class: 'scope-action', 'data-part': 'scope', title: `${words}: ${label} (Space)` },
    words,
  );
}

function rowCells({ row, label }: RowLine, { model, stored, isPlanned }: RowSurroundings): HTMLElement[] {
  const { variable, source } = row;
  const known = variable === null ? undefined : model.get(variable);
  const isInitialized = row.outcome === 'initialized' || row.outcome === 'skipped';
  const initializer = isInitialized ? (known?.initializer ?? null) : null;
  return [
    namedCell('name', variable ?? 'not in the model', nameNode(variable, label)),
    cell('shape', shapeNode(known)),
    cell('match', ...(isPlanned ? matchNodes(row, initializer) : [element('span', { class: 'dim' }, '—')])),
    source === null ? cell('source', sourceNode(row)) : namedCell('source', source, sourceNode(row)),
    cell('shape stored', shapeNode(source === null ? undefined : stored.get(source))),
    cell('action', actionNode(row, isPlanned)),
  ];
}

function cell(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('span', { class: `cell ${name}`, role: 'gridcell' }, ...children);
}

/** What is cut into pieces for the eye is read out whole. */
function namedCell(name: string, label: string, child: Node): HTMLElement {
  const node = cell(name, child);
  node.setAttribute('aria-label', label);
  return node;
}

function nameNode(variable: string | null, label: string): HTMLElement {
  return variable === null
    ? element('span', { class: 'dim' }, '—')
    : element('span', { class: 'ellipsis', title: variable }, label);
}

/** Where there is no room, the beginning of a path is left out: its end says which variable it is. */
function pathNode(path: string, title: string, ...classes: readonly string[]): HTMLElement {
  const name = ['ellipsis', 'start-cut', ...classes].join(' ');
  return element('span', { class: name, title }, element('bdi', {}, path));
}

function shapeNode(variable: KnownVariable | undefined): HTMLElement | string {
  if (variable === undefined) return element('span', { class: 'dim' }, '—');
  const shape = shapeWords(variable.shape);
  return element(
    'span',
    { class: 'ellipsis shape-text', title: `${shape} ${variable.dtype}` },
    shape.replaceAll(', ', ','),
    element('span', { class: 'type' }, shortType(variable.dtype)),
  );
}

/** `initializer`: what gives the values that do not come from the checkpoint; null: they do, or it is not known. */
function matchNodes(row: MappingRow, initializer: string | null): Node[] {
  const { icon: name, tone } = markOf(row);
  const words = row.problem === undefined || row.source === null ? reasonOf(row) : row.reason;
  const whole = initializer === null ? words : `${words}; initializer: ${initializer}`;
  const title = row.problem === undefined ? whole : `${words}: ${row.problem}`;
  return [
    markNode(name, tone),
    element('span', { class: `ellipsis${row.problem === undefined ? '' : ' bad'}`, title }, words),
    ...(initializer === null ? [] : [element('span', { class: 'initializer ellipsis dim' }, initializer)]),
  ];
}

/** A sign of one letter is as wide as an icon. */
function markNode(name: string, tone: string): HTMLElement {
  return name.length === 1
    ? element('b', { class: `glyph ${tone}`, 'aria-hidden': 'true' }, name)
    : icon(name, tone);
}

function sourceNode({ variable, source, action }: MappingRow): HTMLElement {
  if (variable === null) {
    const node = pathNode(
      source ?? '',
      `${source ?? ''}: drag it onto a variable of the model to pair them`,
      'source-name',
      'plain',
    );
    node.draggable = true;
    node.dataset['source'] = source ?? '';
    return node;
  }
  const isOpen = source === null && action === 'initialize';
  const text =
    source === null
      ? element('span', { class: 'ellipsis grow placeholder' }, isOpen ? 'Choose...' : '—')
      : pathNode(source, source, 'grow');
  return element(
    'span',
    {
      class: `quiet-field${isOpen ? ' open' : ''}`,
      'data-part': 'source',
      ...(source === null ? {} : { draggable: 'true', 'data-source': source }),
    },
    text,
    icon('chevron-down'),
  );
}

function actionNode({ action, problem }: MappingRow, isPlanned: boolean): HTMLElement {
  if (action === null) return element('span', { class: 'dim plain' }, isPlanned ? 'Unused' : '—');
  return element(
    'span',
    { class: `quiet-field${problem === undefined ? '' : ' open'}`, 'data-part': 'action' },
    element('span', { class: 'ellipsis grow' }, ACTION_WORDS[action]),
    icon('chevron-down'),
  );
}
