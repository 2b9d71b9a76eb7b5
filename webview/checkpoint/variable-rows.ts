import type {
  ListedVariable,
  VariableChange,
  VariableId,
  VariableReport,
} from '../../src/protocol/checkpoint.ts';

/** By what the list can be sorted. */
export const SORT_KEYS = [
  'name',
  'bytes',
  'mean',
  'standardDeviation',
  'min',
  'max',
  'norm',
  'change',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** How the list is shown. */
export interface ListOptions {
  readonly scopes: boolean;
  readonly slots: boolean;
  /** Words that a variable's name has all of. */
  readonly filter: string;
  /** null: in the checkpoint's order, scopes first. */
  readonly sorting: Sorting | null;
  /** Keys of scopes that are folded. */
  readonly folded: ReadonlySet<string>;
}

export interface VariableRow {
  readonly kind: 'variable';
  readonly id: VariableId;
  /** What is left of its path below the scopes above it. */
  readonly label: string;
  readonly level: number;
}

export interface ScopeRow {
  readonly kind: 'scope';
  readonly key: string;
  readonly label: string;
  readonly level: number;
  readonly variables: number;
  readonly elements: number;
  readonly bytes: number;
  readonly folded: boolean;
}

export type ListRow = VariableRow | ScopeRow;

/** What is known of a variable by now. */
export interface KnownVariable {
  readonly report: VariableReport | undefined;
  readonly change: VariableChange | undefined;
}

interface Scope {
  readonly key: string;
  readonly label: string;
  readonly scopes: Map<string, Scope>;
  readonly variables: { readonly id: VariableId; readonly label: string }[];
  count: number;
  elements: number;
  bytes: number;
}

/** The rows of the list, from top to bottom; what is folded is left out. */
export function listRows(
  variables: readonly ListedVariable[],
  options: ListOptions,
  known: (id: VariableId) => KnownVariable,
): ListRow[] {
  const ids = matching(variables, options);
  const { sorting } = options;
  const key = sorting?.key ?? 'name';
  if (sorting !== null && key !== 'name') {
    // Numbers of different scopes stand side by side: a tree would tear them apart.
    const value = (id: VariableId): number | undefined => sortValue(variables[id], known(id), key);
    return sortedBy(ids, sorting, value).map(id => flatRow(variables, id));
  }
  if (!options.scopes) {
    const rows = [...ids].sort((a, b) => comparePaths(variables[a], variables[b]));
    return (sorting?.descending === true ? rows.reverse() : rows).map(id => flatRow(variables, id));
  }
  return treeRows(variables, ids, options);
}

function elementsOf({ shape }: ListedVariable): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isListed(variable: ListedVariable, { filter, slots }: ListOptions): boolean {
  if (!slots && variable.slot !== null) return false;
  const name = variable.path.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => name.includes(word) || variable.name.toLowerCase().includes(word));
}

function matching(variables: readonly ListedVariable[], options: ListOptions): VariableId[] {
  return variables.flatMap((variable, id) => (isListed(variable, options) ? [id] : []));
}

function flatRow(variables: readonly ListedVariable[], id: VariableId): VariableRow {
  return { kind: 'variable', id, label: variables[id]?.path ?? '', level: 1 };
}

const collator = new Intl.Collator('en', { numeric: true });

function comparePaths(a: ListedVariable | undefined, b: ListedVariable | undefined): number {
  return collator.compare(a?.path ?? '', b?.path ?? '');
}

/** What is not known (yet) comes last, whichever way. */
function sortedBy(
  ids: readonly VariableId[],
  { descending }: Sorting,
  value: (id: VariableId) => number | undefined,
): VariableId[] {
  const values = new Map(ids.map(id => [id, value(id)]));
  const sign = descending ? -1 : 1;
  return [...ids].sort((a, b) => {
    const [x, y] = [values.get(a), values.get(b)];
    if (x === undefined || y === undefined)
      return (x === undefined ? 1 : 0) - (y === undefined ? 1 : 0) || a - b;
    return sign * (x - y) || a - b;
  });
}

function sortValue(
  variable: ListedVariable | undefined,
  { report, change }: KnownVariable,
  key: Exclude<SortKey, 'name'>,
): number | undefined {
  if (key === 'bytes') return variable?.bytes;
  if (key === 'change') return changeValue(change);
  return report?.kind === 'statistics' ? report.statistics.finite?.[key] : undefined;
}

/** What cannot be compared has changed more than any number says. */
function changeValue(change: VariableChange | undefined): number | undefined {
  switch (change?.kind) {
    case 'values':
      return change.unmatched > 0 ? Number.MAX_VALUE : (change.relative ?? Number.MAX_VALUE);
    case 'text':
      return change.same ? 0 : Number.MAX_VALUE;
    case 'shape':
    case 'added':
      return Number.MAX_VALUE;
    default:
      return undefined;
  }
}

/** Slots come after all variables, by optimizer, below them the names of the variables that they belong to. */
function treeRows(
  variables: readonly ListedVariable[],
  ids: readonly VariableId[],
  options: ListOptions,
): ListRow[] {
  const root = newScope('', '');
  const slots = new Map<string, Scope>();
  for (const id of ids) {
    const variable = variables[id];
    if (variable === undefined) continue;
    if (variable.slot === null) {
      place(root, variable.path.split('/'), id, variable);
      continue;
    }
    const { name, of } = variable.slot;
    const group = slots.get(name) ?? newScope(`slot:${name}`, `${name} slots`);
    slots.set(name, group);
    group.variables.push({ id, label: of });
    add(group, variable);
  }
  return [
    ...contentRows(root, 1, options),
    ...[...slots.values()].flatMap(scope => scopeRows(scope, 1, options)),
  ];
}

function newScope(key: string, label: string): Scope {
  return { key, label, scopes: new Map(), variables: [], count: 0, elements: 0, bytes: 0 };
}

function add(scope: Scope, variable: ListedVariable): void {
  scope.count++;
  scope.elements += elementsOf(variable);
  scope.bytes += variable.bytes;
}

function place(root: Scope, parts: readonly string[], id: VariableId, variable: ListedVariable): void {
  let scope = root;
  for (const part of parts.slice(0, -1)) {
    const key = scope === root ? part : `${scope.key}/${part}`;
    const inner = scope.scopes.get(part) ?? newScope(key, part);
    scope.scopes.set(part, inner);
    add(inner, variable);
    scope = inner;
  }
  scope.variables.push({ id, label: parts.at(-1) ?? '' });
}

function scopeRows(outer: Scope, level: number, options: ListOptions): ListRow[] {
  const { scope, label } = unbranched(outer);
  const folded = options.folded.has(scope.key);
  const { key, count, elements, bytes } = scope;
  const row: ScopeRow = { kind: 'scope', key, label, level, variables: count, elements, bytes, folded };
  return folded ? [row] : [row, ...contentRows(scope, level + 1, options)];
}

/** Scopes that hold nothing but one other scope share a row with it. */
function unbranched(scope: Scope): { scope: Scope; label: string } {
  let label = scope.label;
  let inner = scope;
  for (;;) {
    const [only, ...others] = inner.scopes.values();
    if (only === undefined || others.length > 0 || inner.variables.length > 0) return { scope: inner, label };
    label += `/${only.label}`;
    inner = only;
  }
}

function contentRows(scope: Scope, level: number, options: ListOptions): ListRow[] {
  const scopes = inOrder([...scope.scopes.values()], options);
  const variables = inOrder(scope.variables, options);
  return [
    ...scopes.flatMap(inner => scopeRows(inner, level, options)),
    ...variables.map(({ id, label }): VariableRow => ({ kind: 'variable', id, label, level })),
  ];
}

function inOrder<T extends { readonly label: string }>(items: readonly T[], { sorting }: ListOptions): T[] {
  const sign = sorting?.descending === true ? -1 : 1;
  return [...items].sort((a, b) => sign * collator.compare(a.label, b.label));
}
