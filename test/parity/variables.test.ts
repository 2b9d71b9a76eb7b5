/** Selecting and restoring variables against TF-Slim: every case of slim-semantics/variables.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Graph } from '../../src/slim/scope/graph.ts';
import {
  assignFromCheckpoint,
  type AssignFromCheckpointOptions,
  type VariableMapping,
} from '../../src/slim/variables/assign-from-checkpoint.ts';
import { assignFromValues, type Values } from '../../src/slim/variables/assign-from-values.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import {
  filterVariables,
  getUniqueVariable,
  getVariables,
  getVariablesByName,
  getVariablesToRestore,
} from '../../src/slim/variables/select-variables.ts';
import type { SlimVariable, VariableDType } from '../../src/slim/scope/slim-variable.ts';
import { fixturePath, readFixtureJson } from '../fixture-files.ts';
import { chooseBackend } from './tolerance.ts';

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
type Patterns = readonly (string | null)[] | null;
type Assigned = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: number[] }>>;

interface Fixture {
  readonly get_variables_to_restore: {
    readonly variables_in_creation_order: readonly string[];
    readonly cases: readonly (Outcome<string[]> & { readonly include: unknown; readonly exclude: unknown })[];
  };
  readonly get_variables: readonly (Outcome<string[]> & {
    readonly scope: string | null;
    readonly suffix: string | null;
  })[];
  readonly get_variables_by_name: readonly (Outcome<string[]> & {
    readonly given_name: string;
    readonly scope: string | null;
  })[];
  readonly get_unique_variable: readonly (Outcome<string> & { readonly name: string })[];
  readonly filter_variables: readonly (Outcome<string[]> & {
    readonly include_patterns: readonly string[] | null;
    readonly exclude_patterns: readonly string[] | null;
    readonly reg_search: boolean;
  })[];
  readonly assign_from_checkpoint: {
    readonly checkpoints: Readonly<Record<string, string>>;
    /** What is in them. */
    readonly contents: Readonly<
      Record<
        string,
        { readonly dtype: string; readonly shape: readonly number[]; readonly first: readonly number[] }
      >
    >;
    /** In words: see {@link selectionOf}. */
    readonly case_definitions: Readonly<Record<string, string>>;
    readonly cases: Readonly<
      Record<string, Readonly<Record<string, Readonly<Record<string, Outcome<{ variables: Assigned }>>>>>>
    >;
  };
  readonly assign_from_values: {
    /** `x [2,2], x_1b [2], y [3] (prefix_many_no_exact: za [2], zb [2])`. */
    readonly variables: string;
    readonly cases: Readonly<Record<string, Outcome<{ variables: Assigned }>>>;
  };
}

const fixture = readFixtureJson('slim-semantics', 'variables.json') as Fixture;

beforeAll(chooseBackend);

function names(variables: readonly SlimVariable[]): string[] {
  return variables.map(({ name }) => name);
}

/** A graph with the fixture's variables, in its order. */
function withVariables<T>(fn: () => T): T {
  return new Graph().asDefault(() => {
    for (const name of fixture.get_variables_to_restore.variables_in_creation_order) {
      variable(name, { shape: [], initializer: () => tf.scalar(0) });
    }
    return fn();
  });
}

/** Expects what TF-Slim answered; where it failed, an error. Messages of ours begin by TF-Slim's where they are told. */
function checkOutcome<T>(outcome: Outcome<T>, answer: () => T, message?: string): void {
  withVariables(() => {
    if (outcome.ok) expect(answer()).toEqual(outcome.value);
    else expect(answer).toThrow(message ?? /./);
  });
}

/** Python's tuples are lists to us. */
function patternsOf(value: unknown): Patterns {
  if (value !== null && typeof value === 'object' && 'tuple' in value) return value.tuple as Patterns;
  return value as Patterns;
}

test('there are cases of each', () => {
  for (const cases of [
    fixture.get_variables_to_restore.cases,
    fixture.get_variables,
    fixture.get_variables_by_name,
    fixture.get_unique_variable,
    fixture.filter_variables,
  ]) {
    expect(cases.length).toBeGreaterThan(0);
  }
});

describe('getVariablesToRestore', () => {
  test.each(fixture.get_variables_to_restore.cases.map((each, index) => [index, each] as const))(
    'case %i',
    (_, each) => {
      const { include, exclude } = each;
      checkOutcome(
        each,
        () => names(getVariablesToRestore({ include: patternsOf(include), exclude: patternsOf(exclude) })),
        each.ok || !each.message.includes('provided') ? undefined : each.message.replace(/ or a tuple.$/, ''),
      );
    },
  );
});

describe('getVariables', () => {
  test.each(fixture.get_variables)('scope $scope suffix $suffix', each => {
    const { scope, suffix } = each;
    checkOutcome(each, () => names(getVariables({ scope: scope ?? undefined, suffix: suffix ?? undefined })));
  });
});

describe('getVariablesByName', () => {
  test.each(fixture.get_variables_by_name)('$given_name in $scope', each => {
    checkOutcome(each, () => names(getVariablesByName(each.given_name, each.scope ?? undefined)));
  });
});

describe('getUniqueVariable', () => {
  test.each(fixture.get_unique_variable)('$name', each => {
    const message = each.ok || !/Variable|find/.test(each.message) ? undefined : each.message;
    checkOutcome(each, () => getUniqueVariable(each.name).name, message);
  });
});

describe('filterVariables', () => {
  test.each(fixture.filter_variables)('$include_patterns but $exclude_patterns', each => {
    checkOutcome(each, () =>
      names(
        filterVariables(getVariables(), {
          includePatterns: each.include_patterns,
          excludePatterns: each.exclude_patterns,
          regSearch: each.reg_search,
        }),
      ),
    );
  });
});

function zeros(name: string, shape: readonly number[], dtype: VariableDType = 'float32'): SlimVariable {
  return variable(name, { shape, dtype, initializer: () => tf.zeros([...shape]) });
}

const { contents, case_definitions: definitions } = fixture.assign_from_checkpoint;

const DTYPES: Readonly<Record<string, VariableDType>> = { f32: 'float32', int32: 'int32' };

function shapeOf(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

/** Of `scope/a [2,3] f32`, `scope/a as [3,2]`, `scope/b as int32`; what is left out is as in the checkpoint. */
function variableOf(words: string): SlimVariable {
  const [, name = '', shape, dtype = 'f32'] =
    /^(\S+)(?: as)?(?: \[([\d,]*)\])?(?: (\w+))?$/.exec(words) ?? [];
  const stored = contents[name]?.shape;
  const type = DTYPES[dtype];
  if (type === undefined || (shape ?? stored) === undefined)
    throw new Error(`The test knows no variable: ${words}`);
  return zeros(name, shape === undefined ? (stored ?? []) : shapeOf(shape), type);
}

/** `part [6,2] in 3 row parts`. */
function partsOf(words: string): SlimVariable[] | undefined {
  const [, name = '', shape = '', count] = /^(\S+) \[([\d,]+)\] in (\d+) row parts$/.exec(words) ?? [];
  if (count === undefined) return undefined;
  const [rows = 0, ...rest] = shapeOf(shape);
  const parts = Number(count);
  return Array.from({ length: parts }, (_, index) => zeros(`${name}/part_${index}`, [rows / parts, ...rest]));
}

/** `{'scope/a': var new/a [2,3]}`, or a list of variables, each like what they are restored from. */
function mappingOf(words: string): VariableMapping | undefined {
  const [, source = '', single, list] = /^\{'(.+)': (?:var (.+)|\[(.+)\])\}$/.exec(words) ?? [];
  if (single !== undefined) return { [source]: variableOf(single) };
  const shape = contents[source]?.shape ?? [];
  return list === undefined ? undefined : { [source]: list.split(', ').map(name => zeros(name, shape)) };
}

/** By the fixture's `case_definitions`: `vars scope/a [2,3] f32, scope/b [4] f32`, `scope/a + scope/zzz [4]`, `[]`. */
function selectionOf(name: string): readonly SlimVariable[] | VariableMapping {
  const words = definitions[name];
  if (words === undefined) throw new Error(`The fixture does not say what ${name} restores.`);
  if (words === '[]') return [];
  const listed = words.replace(/^(?:vars|plain var) /, '').split(/ \+ |, (?=\S*[A-Za-z])/);
  return mappingOf(words) ?? partsOf(words) ?? listed.map(variableOf);
}

/** TF-Slim's two forms are one of ours: an op with what it is fed, and a function. */
const forms: Readonly<Record<string, AssignFromCheckpointOptions>> = {
  assign_from_checkpoint: {},
  assign_from_checkpoint_ignore_missing: { ignoreMissingVars: true },
  fn: {},
  fn_ignore_missing: { ignoreMissingVars: true },
  fn_reshape: { reshapeVariables: true },
};

/**
 * What differs on purpose. TF-Slim's two forms disagree in some: ours goes the way of the one that works, or refuses
 * what silently trains from scratch.
 */
const DIFFERENCES: Readonly<Record<string, 'succeeds' | RegExp>> = {
  // A list of variables for one name: TF-Slim's function form fails on what its documentation promises.
  'dict_to_list_of_vars fn': 'succeeds',
  'dict_to_list_of_vars fn_ignore_missing': 'succeeds',
  'dict_to_list_of_vars fn_reshape': 'succeeds',
  // Restoring nothing at all: TF-Slim gives None, or an op that does nothing.
  'only_missing assign_from_checkpoint_ignore_missing': /^Nothing would be restored/,
  'only_missing fn_ignore_missing': /^Nothing would be restored/,
  'empty assign_from_checkpoint': /^Nothing would be restored/,
  'empty assign_from_checkpoint_ignore_missing': /^Nothing would be restored/,
  // Another type is cast, as TF-Slim's op form does; its function form fails.
  'dtype_mismatch fn': 'succeeds',
  'dtype_mismatch fn_ignore_missing': 'succeeds',
  'dtype_mismatch fn_reshape': 'succeeds',
  // TF-Slim's partitioned variables are parts that are saved as a whole. Variables of TF.js have no parts: `part` is
  // restored whole (whole_from_partitioned), and variables named as parts are variables that no checkpoint has.
  ...Object.fromEntries<RegExp>(
    ['partitioned_same', 'partitioned_other'].flatMap((name): [string, RegExp][] => [
      ...['assign_from_checkpoint', 'fn', 'fn_reshape'].map((form): [string, RegExp] => [
        `${name} ${form}`,
        /missing the variable \S+\/part_0 \(it has /,
      ]),
      ...['assign_from_checkpoint_ignore_missing', 'fn_ignore_missing'].map((form): [string, RegExp] => [
        `${name} ${form}`,
        /^Nothing would be restored/,
      ]),
    ]),
  ),
};

/** What an error names: the two shapes that differ, or a variable that the checkpoint lacks. */
function messageOf(name: string): RegExp | string {
  const words = definitions[name] ?? '';
  if (words === '[]') return /^Nothing would be restored/;
  const [, other, shape] = /^(\S+) as \[([\d,]+)\]$/.exec(words) ?? [];
  if (other !== undefined && shape !== undefined) {
    const stored = contents[other]?.shape.join(', ');
    return `${other} has shape [${stored}] there, ${other} has [${shapeOf(shape).join(', ')}]`;
  }
  const named = [...words.matchAll(/(\S+) \[/g)].map(([, each = '']) => each);
  const missing = named.find(each => !(each in contents));
  return missing === undefined ? /./ : `it is missing the variable ${missing}`;
}

function checkAssigned(expected: Assigned): void {
  const found = Object.fromEntries(
    getVariables().map(({ name, shape, value }) => [name, { shape, data: [...value.dataSync()] }]),
  );
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(found[name], name).toEqual({ shape, data });
  }
}

/** Where a V1 checkpoint stores the parts of a variable, TF-Slim's op form cannot read the whole; ours can. */
const DIFFERENCES_V1: typeof DIFFERENCES = {
  'whole_from_partitioned assign_from_checkpoint': 'succeeds',
  'whole_from_partitioned assign_from_checkpoint_ignore_missing': 'succeeds',
};

/** TensorFlow's resource variables take another shape from a checkpoint unasked. Here as its others: an error. */
const DIFFERENCES_RESOURCE: typeof DIFFERENCES = Object.fromEntries(
  ['shape_mismatch', 'shape_mismatch_size'].flatMap(name =>
    ['fn', 'fn_ignore_missing'].map(form => [`${name} ${form}`, /has shape \[[\d, ]+\] there/]),
  ),
);

/** What the cases of each checkpoint differ in, beside {@link DIFFERENCES}. */
const CHECKPOINTS: Readonly<
  Record<string, { readonly file: string; readonly differences: typeof DIFFERENCES }>
> = {
  v2: { file: 'v2', differences: {} },
  v1: { file: 'v1', differences: DIFFERENCES_V1 },
  v2_resource_variables: { file: 'v2', differences: DIFFERENCES_RESOURCE },
  v1_resource_variables: { file: 'v1', differences: { ...DIFFERENCES_V1, ...DIFFERENCES_RESOURCE } },
};

describe('assignFromCheckpoint', () => {
  const { checkpoints, cases } = fixture.assign_from_checkpoint;
  const all = Object.keys(CHECKPOINTS).flatMap(kind =>
    Object.entries(cases[kind] ?? {}).flatMap(([name, byForm]) =>
      Object.entries(byForm).map(([form, outcome]) => ({ kind, name, form, outcome })),
    ),
  );

  test('every kind of checkpoint that the fixture has is tested', () => {
    expect(Object.keys(cases).sort()).toEqual([...Object.keys(CHECKPOINTS), 'nonexistent_path'].sort());
  });

  test.each(all)('$kind $name $form', async ({ kind, name, form, outcome }) => {
    vi.spyOn(console, 'log').mockReturnValue(undefined);
    await new Graph().asDefault(async () => {
      const checkpoint = CHECKPOINTS[kind];
      if (checkpoint === undefined) throw new Error(`The test knows no checkpoint ${kind}.`);
      const path = fixturePath('slim-semantics', checkpoints[checkpoint.file] ?? '');
      const assigning = assignFromCheckpoint(path, selectionOf(name), forms[form]).then(init => init());
      const title = `${name} ${form}`;
      const difference = checkpoint.differences[title] ?? DIFFERENCES[title];
      if (difference instanceof RegExp) await expect(assigning).rejects.toThrow(difference);
      else if (outcome.ok) {
        await assigning;
        checkAssigned(outcome.value.variables);
      } else if (difference === 'succeeds') {
        await assigning;
        const twin = cases['v2']?.[name]?.['assign_from_checkpoint'];
        expect(twin?.ok).toBe(true);
        if (twin?.ok === true) checkAssigned(twin.value.variables);
      } else await expect(assigning).rejects.toThrow(messageOf(name));
    });
  });

  test.each(Object.entries(cases['nonexistent_path'] ?? {}))('nonexistent_path %s', async (form, outcome) => {
    expect(outcome).toMatchObject({ ok: false });
    await new Graph().asDefault(async () => {
      const path = fixturePath('slim-semantics', 'ckpt', 'nosuch.ckpt');
      const assigning = assignFromCheckpoint(path, selectionOf('subset'), forms[form]);
      await expect(assigning).rejects.toThrow(path);
    });
  });

  test('reports what becomes of each variable, and leaves out what a warm start must not take', async () => {
    await new Graph().asDefault(async () => {
      const step = variable('global_step', {
        shape: [],
        dtype: 'int64',
        collections: ['variables', 'global_step'],
      });
      const path = fixturePath('slim-semantics', checkpoints['v2'] ?? '');
      const floats = Object.entries(contents).filter(([, { dtype }]) => dtype === 'float32');
      const [[same, { shape }], [cast, other], ...unused] = floats as [
        (typeof floats)[number],
        (typeof floats)[number],
        ...typeof floats,
      ];
      const wanted = [
        step,
        zeros(same, shape),
        zeros(cast, other.shape, 'int32'),
        zeros('nobody/has/it', [1]),
      ];
      const { report } = await assignFromCheckpoint(path, wanted, { ignoreMissingVars: true });
      expect(report.from).toBe(path);
      expect(report.entries).toMatchObject([
        { variable: 'global_step', source: 'global_step', outcome: 'skipped' },
        { variable: same, source: same, outcome: 'restored' },
        { variable: cast, source: cast, outcome: 'cast', detail: 'from float32' },
        { variable: 'nobody/has/it', source: null, outcome: 'initialized' },
        ...unused.map(([source]) => ({ variable: null, source, outcome: 'unused' })),
      ]);
      const mapped = await assignFromCheckpoint(path, { global_step: step });
      await mapped();
      expect(step.value.dataSync()[0]).toBe(contents['global_step']?.first[0]);
    });
  });
});

/**
 * What TF-Slim was given. Where it worked, the variable that changed tells: it was given flat, and under its name, but in
 * two cases; where it did not, its message.
 */
function givenValues(
  name: string,
  outcome: Outcome<{ readonly variables: Assigned }>,
): Record<string, Values> {
  const shapes = variablesOf(name);
  if (name === 'empty') return {};
  if (outcome.ok) {
    const [variable, { data }] = Object.entries(outcome.value.variables).find(([, each]) =>
      each.data.some(value => value !== 0),
    ) ?? ['', { data: [] }];
    // One letter less: TF-Slim takes the beginning of a name.
    return { [name === 'prefix_only_one_match' ? variable.slice(0, -1) : variable]: data };
  }
  const [, unknown] = /^Variable (\S+) (?:wasn't found|doesn't uniquely)/.exec(outcome.message) ?? [];
  if (unknown !== undefined) return { [unknown]: [0, 1] };
  const [, length = '3', shape] = /array of size (\d+) into shape \((.*?),?\)/.exec(outcome.message) ?? [];
  const entries = Object.entries(shapes);
  const [target = '', own = []] =
    entries.find(([, each]) => (shape === undefined ? each.length === 1 : each.join(', ') === shape)) ?? [];
  const size = shape === undefined ? (own[0] ?? 0) : Number(length);
  return { [target]: Array.from({ length: size }, (_, index) => index + 1) };
}

/** `x [2,2], x_1b [2], y [3] (prefix_many_no_exact: za [2], zb [2])`: those of a case, by their names. */
function variablesOf(name: string): Record<string, number[]> {
  const { variables: words } = fixture.assign_from_values;
  const own = new RegExp(`\\(${name}: (.*)\\)$`).exec(words)?.[1];
  const found = (own ?? words.replace(/ \(.*$/, '')).matchAll(/(\S+) \[([\d,]*)\]/g);
  return Object.fromEntries([...found].map(([, each = '', shape = '']) => [each, shapeOf(shape)]));
}

describe('assignFromValues', () => {
  /** What differs on purpose. */
  const differences: Readonly<Record<string, 'succeeds' | RegExp>> = {
    // A list is as good as an array here.
    not_array: 'succeeds',
    // Nothing would be set.
    empty: /nothing would be set/,
  };

  test('there are cases', () => {
    expect(Object.keys(fixture.assign_from_values.cases)).not.toEqual([]);
  });

  test.each(Object.entries(fixture.assign_from_values.cases))('%s', (name, outcome) => {
    new Graph().asDefault(() => {
      for (const [each, shape] of Object.entries(variablesOf(name))) zeros(each, shape);
      const given = givenValues(name, outcome);
      const difference = differences[name];
      if (difference === 'succeeds') {
        assignFromValues(given)();
        for (const [each, value] of Object.entries(given)) {
          expect([...getUniqueVariable(each).value.dataSync()]).toEqual(value);
        }
        expect(given).not.toEqual({});
      } else if (difference !== undefined) {
        expect(() => assignFromValues(given)).toThrow(difference);
      } else if (outcome.ok) {
        assignFromValues(given)();
        checkAssigned(outcome.value.variables);
      } else {
        const message = outcome.message
          .replace(/^c/, 'C')
          .replace('array', 'an array')
          .replace(/\(([\d, ]*?),?\)/, '[$1]');
        expect(() => assignFromValues(given)).toThrow(message);
      }
    });
  });
});
