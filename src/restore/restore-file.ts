/** `NAME.restore.json` on disk. Its JSON schema, for editors, is media/restore.schema.json. */

import { isAbsolute, relative, resolve, dirname, sep } from 'node:path';
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode, type Node } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import { readText } from '../formats/read-text.ts';
import { messageOf } from '../protocol/error-message.ts';
import {
  EMPTY_MAPPING,
  RESTORE_ACTIONS,
  RESTORE_SCHEMA_VERSION,
  type RenameRule,
  type RestoreMapping,
  type RowRange,
  type VariableChoice,
} from './restore-mapping.ts';

interface RestoreFileProblem {
  /** What is wrong and what to write instead. */
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface RestoreFileReading {
  /** What could be read, with defaults for the rest; to be used only when there are no problems. */
  readonly mapping: RestoreMapping;
  readonly problems: readonly RestoreFileProblem[];
  /** What to know of a file that a newer version wrote. */
  readonly note?: string;
}

/** The file's text, read as far as it can be: of a newer version what is not known here is passed over. */
export function parseRestoreFile(text: string): RestoreFileReading {
  return new RestoreFileParser(text).parse();
}

/**
 * Reads a mapping.
 *
 * @throws Error with file, line and column of everything that is wrong.
 */
export async function readRestoreFile(path: string): Promise<{ mapping: RestoreMapping; note?: string }> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    throw new Error(`The restore mapping ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const { mapping, problems, note } = parseRestoreFile(text);
  if (problems.length > 0) {
    throw new Error(
      problems.map(({ message, line, column }) => `${path}:${line}:${column}: ${message}`).join('\n'),
    );
  }
  return { mapping, ...(note === undefined ? {} : { note }) };
}

/** Always the same text for the same mapping, one thing a line, without what is the default. */
export function formatRestoreFile(mapping: RestoreMapping): string {
  const { checkpoint, script, include, exclude, rename, variables, strict, restoreSlots } = mapping;
  const sorted = Object.keys(variables).sort();
  const value = {
    schemaVersion: RESTORE_SCHEMA_VERSION,
    ...(checkpoint === null ? {} : { checkpoint }),
    ...(script === null ? {} : { script }),
    ...(include === null ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(rename.length === 0
      ? {}
      : { rename: rename.map(({ pattern, replacement }) => ({ pattern, replacement })) }),
    ...(sorted.length === 0
      ? {}
      : { variables: Object.fromEntries(sorted.map(name => [name, formatChoice(variables[name] ?? {})])) }),
    ...(strict ? { strict } : {}),
    ...(restoreSlots ? { restoreSlots } : {}),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function formatChoice({ from, action, axis, rows, axes }: VariableChoice): VariableChoice {
  return {
    ...(from === undefined ? {} : { from }),
    ...(action === undefined || (action === 'restore' && from !== undefined) ? {} : { action }),
    ...(axis === undefined ? {} : { axis }),
    ...(rows === undefined ? {} : { rows: rows.map(({ from, into, count }) => ({ from, into, count })) }),
    ...(axes === undefined ? {} : { axes }),
  };
}

/** A path that a mapping has, seen from the file it is in. */
export function pathInMapping(mappingPath: string, path: string): string {
  return resolve(dirname(mappingPath), path);
}

/** How a mapping is to name a path: relative where it lies in the mapping's folder or beside it, with `/` everywhere. */
export function pathForMapping(mappingPath: string, path: string): string {
  const way = relative(dirname(resolve(mappingPath)), resolve(path));
  return isAbsolute(way) ? way : way.split(sep).join('/');
}

const KEYS: ReadonlySet<string> = new Set(['$schema', 'schemaVersion', ...Object.keys(EMPTY_MAPPING)]);
const RULE_KEYS: ReadonlySet<string> = new Set(['pattern', 'replacement']);
const ROW_KEYS: ReadonlySet<string> = new Set(['from', 'into', 'count']);
const CHOICE_KEYS: ReadonlySet<string> = new Set(['from', 'action', 'axis', 'rows', 'axes']);

/** Five are known. Every level costs the parser a part of the stack. */
const MAX_DEPTH = 100;

class RestoreFileParser {
  readonly #text: string;
  readonly #problems: RestoreFileProblem[] = [];
  #isNewer = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): RestoreFileReading {
    const tooDeep = deeperThan(this.#text, MAX_DEPTH);
    if (tooDeep !== undefined) {
      this.#report(tooDeep, `No restore mapping is nested deeper than ${MAX_DEPTH} levels.`);
      return { mapping: EMPTY_MAPPING, problems: this.#problems };
    }
    const errors: ParseError[] = [];
    const root = parseTree(this.#text, errors, { disallowComments: true, allowTrailingComma: false });
    const [error] = errors;
    if (error !== undefined) {
      this.#report(error.offset, `This is not JSON (${wordsOf(error)}).`);
      return { mapping: EMPTY_MAPPING, problems: this.#problems };
    }
    if (root?.type !== 'object') {
      this.#report(root?.offset ?? 0, 'A restore mapping is an object: { "schemaVersion": 1, ... }.');
      return { mapping: EMPTY_MAPPING, problems: this.#problems };
    }
    const version = this.#version(root);
    this.#checkKeys(root, KEYS, 'a restore mapping');
    const mapping: RestoreMapping = {
      checkpoint: this.#optional(root, 'checkpoint', node => this.#string(node)) ?? null,
      script: this.#optional(root, 'script', node => this.#string(node)) ?? null,
      include: this.#optional(root, 'include', node => this.#list(node, each => this.#string(each))) ?? null,
      exclude: this.#optional(root, 'exclude', node => this.#list(node, each => this.#string(each))) ?? [],
      rename: this.#optional(root, 'rename', node => this.#list(node, each => this.#rule(each))) ?? [],
      variables: this.#optional(root, 'variables', node => this.#choices(node)) ?? {},
      strict: this.#optional(root, 'strict', node => this.#boolean(node)) ?? false,
      restoreSlots: this.#optional(root, 'restoreSlots', node => this.#boolean(node)) ?? false,
    };
    const note = `It was written by a newer Slim Training (schema version ${version}): what is new in it is passed over.`;
    return { mapping, problems: this.#problems, ...(this.#isNewer ? { note } : {}) };
  }

  #version(root: Node): number {
    const node = findNodeAtLocation(root, ['schemaVersion']);
    const version: unknown = node === undefined ? undefined : getNodeValue(node);
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
      this.#report(node?.offset ?? root.offset, `schemaVersion has to be ${RESTORE_SCHEMA_VERSION}.`);
      return RESTORE_SCHEMA_VERSION;
    }
    this.#isNewer = version > RESTORE_SCHEMA_VERSION;
    return version;
  }

  #rule(node: Node): RenameRule {
    if (!this.#isObject(node, 'A rename rule is { "pattern": ..., "replacement": ... }.')) {
      return { pattern: '', replacement: '' };
    }
    this.#checkKeys(node, RULE_KEYS, 'a rename rule');
    const pattern = this.#optional(node, 'pattern', each => this.#string(each));
    if (pattern === undefined) this.#report(node.offset, 'A rename rule needs a "pattern".');
    const replacement = this.#optional(node, 'replacement', each => this.#string(each));
    if (replacement === undefined)
      this.#report(node.offset, 'A rename rule needs a "replacement"; "" removes.');
    return { pattern: pattern ?? '', replacement: replacement ?? '' };
  }

  #choices(node: Node): Record<string, VariableChoice> {
    const shape = 'variables is an object: "NAME IN THE MODEL": { "from": ..., "action": ... }.';
    if (!this.#isObject(node, shape)) return {};
    return Object.fromEntries(this.#properties(node).map(({ key, value }) => [key, this.#choice(value)]));
  }

  #choice(node: Node): VariableChoice {
    const shape = 'What is said of a variable is an object: { "from": ..., "action": ... }.';
    if (!this.#isObject(node, shape)) return {};
    this.#checkKeys(node, CHOICE_KEYS, 'a variable');
    const from = this.#optional(node, 'from', each => this.#string(each));
    const action = this.#optional(node, 'action', each => this.#oneOf(each, RESTORE_ACTIONS));
    const axis = this.#optional(node, 'axis', each => this.#count(each));
    const rows = this.#optional(node, 'rows', each => this.#list(each, range => this.#rowRange(range)));
    const axes = this.#optional(node, 'axes', each => this.#list(each, one => this.#count(one)));
    const owners = { axis: 'partial', rows: 'partial', axes: 'transpose' } as const;
    for (const [key, owner] of Object.entries(owners)) {
      const child = findNodeAtLocation(node, [key]);
      if (child !== undefined && action !== owner) {
        this.#report(child.offset, `"${key}" belongs to "action": "${owner}".`);
      }
    }
    return {
      ...(from === undefined ? {} : { from }),
      ...(action === undefined ? {} : { action }),
      ...(axis === undefined ? {} : { axis }),
      ...(rows === undefined ? {} : { rows }),
      ...(axes === undefined ? {} : { axes }),
    };
  }

  #rowRange(node: Node): RowRange {
    const none = { from: 0, into: 0, count: 0 };
    if (!this.#isObject(node, 'Rows are { "from": 0, "into": 0, "count": 10 }.')) return none;
    this.#checkKeys(node, ROW_KEYS, 'rows');
    const [from, into, count] = (['from', 'into', 'count'] as const).map(key => {
      const value = this.#optional(node, key, each => this.#count(each));
      if (value === undefined) this.#report(node.offset, `Rows need "${key}".`);
      return value ?? 0;
    });
    return { from: from ?? 0, into: into ?? 0, count: count ?? 0 };
  }

  #optional<T>(node: Node, key: string, read: (value: Node) => T): T | undefined {
    const value = findNodeAtLocation(node, [key]);
    return value === undefined ? undefined : read(value);
  }

  #list<T>(node: Node, read: (value: Node) => T): T[] {
    if (node.type === 'array') return (node.children ?? []).map(read);
    this.#report(node.offset, 'This has to be a list: [ ... ].');
    return [];
  }

  #string(node: Node): string {
    return this.#typed(node, 'a text', (value): value is string => typeof value === 'string') ?? '';
  }

  #boolean(node: Node): boolean {
    return (
      this.#typed(node, 'true or false', (value): value is boolean => typeof value === 'boolean') ?? false
    );
  }

  #count(node: Node): number {
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
    return this.#typed(node, 'a whole number of at least 0', isCount) ?? 0;
  }

  #oneOf<T extends string>(node: Node, known: readonly T[]): T | undefined {
    const isKnown = (value: unknown): value is T => (known as readonly unknown[]).includes(value);
    return this.#typed(node, `one of ${known.join(', ')}`, isKnown);
  }

  #typed<T>(node: Node, what: string, is: (value: unknown) => value is T): T | undefined {
    const value: unknown = getNodeValue(node);
    if (is(value)) return value;
    this.#report(node.offset, `This has to be ${what}.`);
    return undefined;
  }

  #isObject(node: Node, shape: string): boolean {
    if (node.type !== 'object') this.#report(node.offset, shape);
    return node.type === 'object';
  }

  /** JSON takes the last of equal keys: whoever wrote two of them means something else. */
  #checkKeys(node: Node, known: ReadonlySet<string>, what: string): void {
    for (const { key, at } of this.#properties(node)) {
      if (known.has(key) || this.#isNewer) continue;
      this.#report(at, `There is no "${key}" in ${what}. There are: ${[...known].join(', ')}.`);
    }
  }

  #properties(node: Node): { key: string; value: Node; at: number }[] {
    const seen = new Set<string>();
    return (node.children ?? []).flatMap(({ children: [name, value] = [], offset }) => {
      if (name === undefined || value === undefined) return [];
      const key = String(getNodeValue(name));
      if (seen.has(key)) this.#report(offset, `"${key}" is here twice.`);
      seen.add(key);
      return { key, value, at: offset };
    });
  }

  #report(offset: number, message: string): void {
    const before = this.#text.slice(0, offset).split('\n');
    this.#problems.push({ message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
  }
}

/** The offset of the first bracket that is nested deeper than that; undefined: there is none. */
function deeperThan(text: string, most: number): number | undefined {
  let depth = 0;
  for (const { index, 0: token } of text.matchAll(BRACKET_OR_STRING)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > most) return index;
  }
  return undefined;
}

/** A string ends with its line, be it closed or not. */
const BRACKET_OR_STRING = /[[\]{}]|"(?:[^"\\\n]|\\.)*"?/g;

/** `ColonExpected` -> `colon expected`. */
function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
