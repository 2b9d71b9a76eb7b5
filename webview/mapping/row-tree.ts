/** The rows of a mapping as lines of a tree: which scopes there are, what is folded, and what filters leave. */

import type { MappingRow } from '../../src/protocol/mapping.ts';
import type { RestoreOutcome } from '../../src/protocol/restore.ts';

export type Line = ScopeLine | RowLine;

export interface ScopeLine {
  readonly kind: 'scope';
  readonly key: string;
  readonly label: string;
  /** 1 is the outermost. */
  readonly level: number;
  readonly isFolded: boolean;
  readonly rows: readonly MappingRow[];
  /** How the names of its variables begin; null: they belong together for another reason. */
  readonly scope: string | null;
}

export interface RowLine {
  readonly kind: 'row';
  readonly key: string;
  /** The name, without its scope where that stands above it. */
  readonly label: string;
  readonly level: number;
  readonly row: MappingRow;
}

export interface TreeView {
  readonly isFlat: boolean;
  readonly folded: ReadonlySet<string>;
  /** Empty: all. */
  readonly outcomes: ReadonlySet<RestoreOutcome>;
  /** Part of a name in the model or in the checkpoint; case does not matter. */
  readonly find: string;
  /** What stands above what the model does not have. */
  readonly unusedLabel: string;
  /** State of optimizers and the step counter: together at the end, where they are left out. */
  readonly slots: ReadonlySet<string>;
}

/** Folded until somebody wants to see it. */
export const SLOTS_KEY = 's:slots';
const UNUSED_KEY = 's:unused';

/** A scope with more variables than this is cut into the scopes within it. */
const MANY = 40;

export function keyOf({ variable, source }: MappingRow): string {
  return variable === null ? `c:${source ?? ''}` : `m:${variable}`;
}

export function visibleLines(rows: readonly MappingRow[], view: TreeView): Line[] {
  const wanted = rows.filter(isWanted(view));
  const isSlot = ({ variable, outcome }: MappingRow): boolean =>
    variable !== null && outcome === 'skipped' && view.slots.has(variable);
  const model = wanted.filter(row => row.variable !== null && !isSlot(row));
  const lines: Line[] = [];
  if (view.isFlat) lines.push(...model.map(row => rowLine(row, nameOf(row), 1)));
  else addScopes(lines, model.map(toNamed), { prefix: '', level: 1 }, view);
  addGroup(lines, wanted.filter(isSlot), { key: SLOTS_KEY, label: 'Optimizer state' }, view);
  const unused = wanted.filter(({ variable }) => variable === null);
  addGroup(lines, unused, { key: UNUSED_KEY, label: view.unusedLabel }, view);
  return lines;
}

/** Rows that belong together, whatever their scopes. */
function addGroup(
  lines: Line[],
  rows: readonly MappingRow[],
  { key, label }: Pick<ScopeLine, 'key' | 'label'>,
  view: TreeView,
): void {
  if (rows.length === 0) return;
  const isFolded = isFoldedIn(view, key);
  lines.push({ kind: 'scope', key, label, level: 1, isFolded, rows, scope: null });
  if (!isFolded) lines.push(...rows.map(row => rowLine(row, nameOf(row), 2)));
}

function isWanted({ outcomes, find }: TreeView): (row: MappingRow) => boolean {
  const text = find.toLowerCase();
  return ({ outcome, variable, source }) =>
    (outcomes.size === 0 || outcomes.has(outcome)) &&
    (text === '' || [variable, source].some(name => name?.toLowerCase().includes(text) === true));
}

interface Named {
  readonly row: MappingRow;
  readonly name: string;
}

interface Place {
  /** Scopes above, with a `/` at their end. */
  readonly prefix: string;
  readonly level: number;
}

function addScopes(lines: Line[], named: readonly Named[], place: Place, view: TreeView): void {
  for (const [scope, members] of byScope(named, place.prefix)) {
    if (scope === null) {
      for (const { row, name } of members) {
        lines.push(rowLine(row, name.slice(place.prefix.length), place.level));
      }
      continue;
    }
    addScope(lines, members, { prefix: `${place.prefix}${scope}/`, level: place.level }, place.prefix, view);
  }
}

function addScope(
  lines: Line[],
  members: readonly Named[],
  place: Place,
  above: string,
  view: TreeView,
): void {
  const isLarge = members.length > MANY;
  const prefix = isLarge ? commonScope(members, place.prefix) : place.prefix;
  const key = `s:${prefix}`;
  const isFolded = isFoldedIn(view, key);
  const label = prefix.slice(above.length, -1);
  lines.push({
    kind: 'scope',
    key,
    label,
    level: place.level,
    isFolded,
    rows: members.map(({ row }) => row),
    scope: prefix,
  });
  if (isFolded) return;
  if (isLarge) addScopes(lines, members, { prefix, level: place.level + 1 }, view);
  else {
    for (const { row, name } of members) lines.push(rowLine(row, name.slice(prefix.length), place.level + 1));
  }
}

/** Scopes in the order in which the model made them; under null what is in no scope, each by itself in its place. */
function byScope(named: readonly Named[], prefix: string): (readonly [string | null, readonly Named[]])[] {
  const scopes = new Map<string, Named[]>();
  const order: (readonly [string | null, Named[]])[] = [];
  for (const each of named) {
    const end = each.name.indexOf('/', prefix.length);
    if (end === -1) {
      order.push([null, [each]]);
      continue;
    }
    const scope = each.name.slice(prefix.length, end);
    const known = scopes.get(scope);
    if (known !== undefined) known.push(each);
    else {
      const members = [each];
      scopes.set(scope, members);
      order.push([scope, members]);
    }
  }
  return order;
}

/** The longest scope that all are in, beginning with `prefix`. */
function commonScope(members: readonly Named[], prefix: string): string {
  const first = members[0]?.name ?? '';
  let common = prefix;
  for (let end = first.indexOf('/', common.length); end !== -1; end = first.indexOf('/', common.length)) {
    const longer = first.slice(0, end + 1);
    if (!members.every(({ name }) => name.startsWith(longer))) break;
    common = longer;
  }
  return common;
}

/** What is looked for is seen wherever it is. */
function isFoldedIn({ folded, find }: TreeView, key: string): boolean {
  return find === '' && folded.has(key);
}

function toNamed(row: MappingRow): Named {
  return { row, name: nameOf(row) };
}

function nameOf({ variable, source }: MappingRow): string {
  return variable ?? source ?? '';
}

function rowLine(row: MappingRow, label: string, level: number): RowLine {
  return { kind: 'row', key: keyOf(row), label, level, row };
}
