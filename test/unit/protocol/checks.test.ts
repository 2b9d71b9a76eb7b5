import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../../..');
const PROTOCOL = join(PROJECT, 'src/protocol');

/** Where a check stands in a table of fields. */
interface Place {
  readonly file: string;
  readonly field: string;
  readonly start: number;
  readonly end: number;
  /** Where the check itself begins, and what it checks for. */
  readonly value: number;
  readonly type: string;
}

const files = readdirSync(PROTOCOL)
  .filter(name => name.endsWith('.ts'))
  .map(name => join(PROTOCOL, name));

/** The files of the room, some with another text. */
function compile(changed: ReadonlyMap<string, string>, old?: ts.Program): ts.Program {
  const { config } = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), path => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, PROJECT);
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, how, ...rest) => {
    const text = changed.get(resolve(path));
    if (text !== undefined) return ts.createSourceFile(path, text, how);
    return old?.getSourceFile(path) ?? read(path, how, ...rest);
  };
  return ts.createProgram(files, options, host, old);
}

/** Every field whose value is a check, found in the text: what comes later is found, too. */
function checksIn(program: ts.Program): Place[] {
  const checker = program.getTypeChecker();
  const places: Place[] = [];
  const look = (node: ts.Node, source: ts.SourceFile): void => {
    if (ts.isPropertyAssignment(node)) {
      const type = checker.getTypeAtLocation(node.initializer);
      if (type.aliasSymbol?.name === 'Check') {
        places.push({
          file: source.fileName,
          field: node.name.getText(source),
          start: node.getStart(source),
          end: node.end,
          value: node.initializer.getStart(source),
          type: checker.typeToString(type),
        });
      }
    }
    ts.forEachChild(node, child => {
      look(child, source);
    });
  };
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source !== undefined) look(source, source);
  }
  return places;
}

const errorsOf = (program: ts.Program): readonly ts.Diagnostic[] =>
  files.flatMap(file => program.getSemanticDiagnostics(program.getSourceFile(file)));

describe('the compiler holds each check to the type of its field', () => {
  let unchanged: ts.Program;
  let places: readonly Place[];

  beforeAll(() => {
    unchanged = compile(new Map());
    places = checksIn(unchanged);
  }, 60_000);

  test('as they are, none is wrong', () => {
    expect(errorsOf(unchanged).map(({ messageText }) => messageText)).toEqual([]);
  });

  test.each([
    'checkpoint-messages.ts',
    'dashboard-messages.ts',
    'mapping-messages.ts',
    'run-record-checks.ts',
    'control.ts',
  ])('%s has some', name => {
    expect(places.some(({ file }) => basename(file) === name)).toBe(true);
  });

  test('a check of another type in the place of any does not compile', () => {
    const changed = new Map<string, string>();
    /** Where each stands in the changed text. */
    const moved: { readonly place: Place; readonly start: number; readonly end: number }[] = [];
    for (const file of new Set(places.map(place => place.file))) {
      const text = unchanged.getSourceFile(file)?.text ?? '';
      let to = '';
      let from = 0;
      // A check may stand within another, of a field's own fields: then it goes with that one.
      for (const place of places.filter(one => one.file === file && isOutermost(one, places))) {
        const other = place.type === 'Check<boolean>' ? 'string' : 'boolean';
        to += text.slice(from, place.start);
        const start = to.length;
        to += `${text.slice(place.start, place.value)}${checkOf(other)}`;
        moved.push({ place, start, end: to.length });
        from = place.end;
      }
      changed.set(file, to + text.slice(from));
    }
    const errors = errorsOf(compile(changed, unchanged));
    const missed = moved.filter(
      ({ place, start, end }) =>
        !errors.some(
          error =>
            error.file?.fileName === place.file &&
            error.start !== undefined &&
            start <= error.start &&
            error.start < end,
        ),
    );
    expect(moved.length).toBeGreaterThan(100);
    expect(missed.map(({ place }) => `${basename(place.file)}: ${place.field} (${place.type})`)).toEqual([]);
  }, 60_000);
});

function checkOf(type: string): string {
  return `(null as unknown as import('./checks.ts').Check<${type}>)`;
}

function isOutermost(place: Place, places: readonly Place[]): boolean {
  return !places.some(
    other =>
      other.file === place.file && other !== place && other.start <= place.start && place.end <= other.end,
  );
}
