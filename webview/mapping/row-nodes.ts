/** The nodes of the grid's lines. */

import type { MappingRow } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, icon } from '../shared/element.ts';
import { ACTION_WORDS, markOf, reasonOf, scopeWords, shapeWords, shortType } from './row-words.ts';
import type { Line, RowLine, ScopeLine } from './row-tree.ts';

export interface KnownVariable {
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface RowSurroundings {
  readonly numbers: NumberFormat;
  readonly model: ReadonlyMap<string, KnownVariable>;
  readonly stored: ReadonlyMap<string, KnownVariable>;
}

const COLUMNS = ['Model variable', 'Shape', 'Match', 'Checkpoint variable', 'Shape', 'Action'];

export function gridHeader(): HTMLElement {
  return element(
    'div',
    { class: 'grid-head columns', role: 'row', 'aria-rowindex': '1' },
    ...COLUMNS.map(words => element('span', { role: 'columnheader' }, words)),
  );
}

export function lineNode(line: Line, surroundings: RowSurroundings): HTMLElement {
  return line.kind === 'scope' ? scopeNode(line, surroundings) : rowNode(line, surroundings);
}

function scopeNode({ label, level, isFolded, rows }: ScopeLine, { numbers }: RowSurroundings): HTMLElement {
  const problems = rows.filter(({ problem }) => problem !== undefined).length;
  return element(
    'div',
    {
      class: `grid-row scope-row level-${Math.min(level, 4)}`,
      role: 'row',
      'aria-expanded': String(!isFolded),
    },
    element(
      'span',
      { class: 'scope-cell', role: 'gridcell', 'aria-colspan': '6' },
      icon(isFolded ? 'chevron-right' : 'chevron-down'),
      element('b', { class: 'ellipsis', title: label }, label),
      element('span', { class: 'dim number' }, scopeWords(rows, numbers)),
      ...(problems === 0
        ? []
        : [
            element(
              'span',
              { class: 'bad number' },
              `${numbers.count(problems)} ${problems === 1 ? 'problem' : 'problems'}`,
            ),
          ]),
    ),
  );
}

function rowNode({ row, label, level }: RowLine, surroundings: RowSurroundings): HTMLElement {
  const { variable, source, outcome } = row;
  const [ours, theirs] = [
    variable === null ? undefined : surroundings.model.get(variable),
    source === null ? undefined : surroundings.stored.get(source),
  ];
  const isOff = outcome === 'skipped' || outcome === 'unused';
  const kind = variable === null ? 'unused-row' : 'model-row';
  return element(
    'div',
    { class: `grid-row columns ${kind} level-${Math.min(level, 4)}${isOff ? ' off' : ''}`, role: 'row' },
    cell('name', nameNode(variable, label)),
    cell('shape', shapeNode(ours)),
    cell('match', ...matchNodes(row)),
    cell('source', sourceNode(row)),
    cell('shape stored', shapeNode(theirs)),
    cell('action', actionNode(row)),
  );
}

function cell(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('span', { class: `cell ${name}`, role: 'gridcell' }, ...children);
}

function nameNode(variable: string | null, label: string): HTMLElement {
  return variable === null
    ? element('span', { class: 'dim', 'aria-label': 'not in the model' }, '—')
    : element('span', { class: 'ellipsis', title: variable }, label);
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

function matchNodes(row: MappingRow): Node[] {
  const { icon: name, tone } = markOf(row);
  const words = row.problem === undefined || row.source === null ? reasonOf(row) : row.reason;
  const title = row.problem === undefined ? words : `${words}: ${row.problem}`;
  return [
    markNode(name, tone),
    element('span', { class: `ellipsis${row.problem === undefined ? '' : ' bad'}`, title }, words),
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
    return element(
      'span',
      {
        class: 'ellipsis source-name plain',
        title: `${source ?? ''}: drag it onto a variable of the model to pair them`,
        draggable: 'true',
        'data-source': source ?? '',
      },
      source ?? '',
    );
  }
  const isOpen = source === null && action !== 'skip';
  const text =
    source === null
      ? element('span', { class: 'ellipsis grow placeholder' }, 'Choose...')
      : element('span', { class: 'ellipsis grow start-cut', title: source }, element('bdi', {}, source));
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

function actionNode({ action, problem }: MappingRow): HTMLElement {
  if (action === null) return element('span', { class: 'dim plain' }, 'Unused');
  return element(
    'span',
    { class: `quiet-field${problem === undefined ? '' : ' open'}`, 'data-part': 'action' },
    element('span', { class: 'ellipsis grow' }, ACTION_WORDS[action]),
    icon('chevron-down'),
  );
}
