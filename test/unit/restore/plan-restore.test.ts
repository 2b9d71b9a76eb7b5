import { describe, expect, test, vi } from 'vitest';
import type { DType } from '../../../src/formats/dtype.ts';
import type { ModelVariableRole } from '../../../src/protocol/model-variable.ts';
import { segmentsSimilarity } from '../../../src/restore/name-similarity.ts';
import {
  planRestore,
  refusalOf,
  type PlanOptions,
  type StoredVariable,
  type TargetVariable,
} from '../../../src/restore/plan-restore.ts';
import { EMPTY_MAPPING, type RestoreMapping } from '../../../src/restore/restore-mapping.ts';
import type { RestorePlan } from '../../../src/restore/restore-plan.ts';
import { outcomeCounts, outcomeSentence } from '../../../src/restore/restore-report.ts';
import { readFixtureJson } from '../../fixture-files.ts';

vi.mock('../../../src/restore/name-similarity.ts', async importOriginal => {
  const original = await importOriginal<typeof import('../../../src/restore/name-similarity.ts')>();
  return { ...original, segmentsSimilarity: vi.fn(original.segmentsSimilarity) };
});

function target(
  name: string,
  shape: readonly number[] = [],
  role: ModelVariableRole = 'model',
): TargetVariable {
  return { name, shape, dtype: role === 'globalStep' ? 'int64' : 'float32', role };
}

function stored(
  shapes: Readonly<Record<string, readonly number[]>>,
  dtype: DType = 'float32',
): Map<string, StoredVariable> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype, shape }]));
}

function plan(
  model: readonly TargetVariable[],
  checkpoint: ReadonlyMap<string, StoredVariable>,
  mapping: Partial<RestoreMapping> = {},
  options: PlanOptions = {},
): RestorePlan {
  return planRestore(model, checkpoint, { ...EMPTY_MAPPING, ...mapping }, options);
}

function outcomes({ entries }: RestorePlan): string[] {
  return entries.map(({ variable, source, outcome }) => `${variable ?? '-'} ${source ?? '-'} ${outcome}`);
}

function messages({ problems }: RestorePlan): string[] {
  return problems.map(({ message }) => message);
}

describe('by name', () => {
  test('equal names and shapes are restored; the rest is initialized or unused', () => {
    const made = plan(
      [target('a', [2]), target('b', [3]), target('conv1/weights')],
      stored({ a: [2], c: [1], 'conv1/weight': [] }),
    );
    expect(made.entries).toMatchObject([
      { variable: 'a', source: 'a', outcome: 'restored', match: 'name', reason: 'same name and shape' },
      { variable: 'b', source: null, outcome: 'initialized', match: 'none', reason: 'not in the checkpoint' },
      { variable: 'conv1/weights', source: null, outcome: 'initialized', nearest: ['conv1/weight'] },
      { variable: null, source: 'c', outcome: 'unused' },
      { variable: null, source: 'conv1/weight', outcome: 'unused' },
    ]);
    expect(made.transfers).toEqual([{ variable: 'a', source: 'a', arrangement: { kind: 'whole' } }]);
    expect(made.problems).toEqual([]);
    expect(outcomeCounts(made.entries)).toBe('1 restored, 2 initialized, 2 unused');
    expect(outcomeSentence(made.entries)).toBe(
      '1 of 3 variables come from the checkpoint. 2 keep their initial value.',
    );
  });

  test('another type is cast, what is no number is a problem', () => {
    const checkpoint = new Map([
      ...stored({ a: [2] }, 'float64'),
      ...stored({ names: [2] }, 'string'),
      ...stored({ b: [] }),
    ]);
    const made = plan([target('a', [2]), target('names', [2]), target('b')], checkpoint);
    expect(outcomes(made)).toEqual(['a a cast', 'names names initialized', 'b b restored']);
    expect(made.entries[0]?.detail).toBe('from float64');
    expect(messages(made)).toEqual(['names holds string there, which no variable can take; possible: skip']);
  });

  test('another shape is a problem that says what can be done', () => {
    const made = plan(
      [target('w', [10, 256]), target('t', [4, 3]), target('f', [6, 2]), target('x', [5])],
      stored({ w: [1001, 256], t: [3, 4], f: [12], x: [2, 2] }),
    );
    expect(messages(made)).toEqual([
      'w has shape [1001, 256] there, w has [10, 256]; possible: partial, skip',
      't has shape [3, 4] there, t has [4, 3]; possible: transpose, reshape, skip',
      'f has shape [12] there, f has [6, 2]; possible: reshape, skip',
      'x has shape [2, 2] there, x has [5]; possible: skip',
    ]);
    expect(new Set(made.entries.map(({ outcome }) => outcome))).toEqual(new Set(['initialized']));
  });

  test('when strict, what is not there is a problem that names the nearest', () => {
    const made = plan([target('conv1/weights'), target('a')], stored({ a: [], 'conv1/weight': [] }), {
      strict: true,
    });
    expect(messages(made)).toEqual(['it is missing the variable conv1/weights (it has conv1/weight)']);
  });

  test('nothing to restore is a problem', () => {
    const made = plan([target('a')], stored({ qqq: [] }));
    expect(messages(made)).toEqual(['nothing would be restored']);
    expect(refusalOf(made, 'x.ckpt')).toMatch(/^Nothing would be restored from x\.ckpt/);
    expect(refusalOf(plan([target('a')], stored({ a: [] })), 'x.ckpt')).toBeNull();
  });
});

describe("optimizers' slots and the step counter", () => {
  const model = [target('w'), target('w/Momentum', [], 'slot'), target('global_step', [], 'globalStep')];
  const checkpoint = new Map([
    ...stored({ w: [], 'w/Momentum': [] }),
    ...stored({ global_step: [] }, 'int64'),
  ]);

  test('are left out, and reported', () => {
    const made = plan(model, checkpoint);
    expect(outcomes(made)).toEqual([
      'w w restored',
      'w/Momentum w/Momentum skipped',
      'global_step global_step skipped',
    ]);
    expect(made.entries[2]?.reason).toContain('step counter');
  });

  test('are restored when they are named', () => {
    const made = plan(model, checkpoint, { variables: { global_step: {}, 'w/Momentum': { from: 'w' } } });
    expect(outcomes(made)).toEqual([
      'w w restored',
      'w/Momentum w restored',
      'global_step global_step restored',
      '- w/Momentum unused',
    ]);
  });

  test('slots are restored when all are asked for, the step counter is not', () => {
    expect(outcomes(plan(model, checkpoint, { restoreSlots: true }))).toEqual([
      'w w restored',
      'w/Momentum w/Momentum restored',
      'global_step global_step skipped',
    ]);
  });
});

describe('patterns', () => {
  interface Selection {
    readonly include: unknown;
    readonly exclude: unknown;
    readonly ok: boolean;
    readonly value?: readonly string[];
  }
  const { get_variables_to_restore: fixture } = readFixtureJson('slim-semantics', 'variables.json') as {
    readonly get_variables_to_restore: {
      readonly variables_in_creation_order: readonly string[];
      readonly cases: readonly Selection[];
    };
  };
  const names = fixture.variables_in_creation_order;
  const isPatterns = (value: unknown): value is readonly string[] | null =>
    value === null || (Array.isArray(value) && value.every(each => typeof each === 'string'));
  const cases = fixture.cases.filter(
    ({ ok, include, exclude }) => ok && isPatterns(include) && isPatterns(exclude),
  );

  test.each(cases.map((each, index) => [index, each] as const))(
    'case %i of TF-Slim selects the same variables',
    (_, { include, exclude, value = [] }) => {
      if (!isPatterns(include) || !isPatterns(exclude)) throw new Error('The case has no patterns.');
      const made = plan(
        names.map(name => target(name)),
        stored(Object.fromEntries(names.map(name => [name, []]))),
        { include, exclude: exclude ?? [] },
      );
      const selected = made.entries.filter(({ outcome }) => outcome === 'restored');
      expect(new Set(selected.map(({ variable }) => variable))).toEqual(new Set(value));
    },
  );

  test.each(cases.filter(({ value = [], include }) => value.length === 0 && include !== null))(
    'in a mapping, $include but $exclude, which selects nothing, is a problem',
    ({ include, exclude }) => {
      if (!isPatterns(include) || !isPatterns(exclude)) throw new Error('The case has no patterns.');
      const made = plan(
        names.map(name => target(name)),
        stored(Object.fromEntries(names.map(name => [name, []]))),
        { include, exclude: exclude ?? [] },
      );
      expect(made.problems.length).toBeGreaterThan(0);
    },
  );

  test('one that matches nothing, or is not valid, is a problem at its place', () => {
    const made = plan([target('a'), target('fc8/w')], stored({ a: [] }), {
      include: ['a', 'b'],
      exclude: ['fc8', 'vgg/fc8', '('],
    });
    expect(made.problems).toMatchObject([
      { at: ['exclude', 2], message: expect.stringContaining('The regular expression "("') as string },
      { at: ['include', 1], message: 'the pattern "b" in include matches no variable of the model' },
      { at: ['exclude', 1], message: 'the pattern "vgg/fc8" in exclude matches no variable of the model' },
    ]);
  });

  test('say why a variable is left out; what is said of one variable goes before them', () => {
    const model = [target('conv'), target('fc8/w'), target('fc8/b')];
    const made = plan(model, stored({ conv: [], 'fc8/w': [], 'fc8/b': [] }), {
      include: ['fc8'],
      exclude: ['fc8/'],
      variables: { 'fc8/b': {} },
    });
    expect(made.entries).toMatchObject([
      { variable: 'conv', source: 'conv', outcome: 'skipped', reason: 'not included' },
      { variable: 'fc8/w', outcome: 'skipped', reason: 'excluded by fc8/' },
      { variable: 'fc8/b', outcome: 'restored' },
    ]);
  });
});

describe('rename rules', () => {
  test('apply one after the other, to names of the checkpoint', () => {
    const made = plan([target('net/c1/w')], stored({ 'vgg_16/conv1/w': [] }), {
      rename: [
        { pattern: 'vgg_16/', replacement: 'net/' },
        { pattern: 'conv(\\d+)', replacement: 'c\\1' },
      ],
    });
    expect(made.entries).toMatchObject([
      {
        variable: 'net/c1/w',
        source: 'vgg_16/conv1/w',
        outcome: 'restored',
        match: 'rule',
        reason: 'by rule vgg_16/ → net/, conv(\\d+) → c\\1',
      },
    ]);
  });

  test('one that changes nothing, or is not valid, is a problem at its place', () => {
    const made = plan([target('a')], stored({ a: [] }), {
      rename: [
        { pattern: 'vgg/', replacement: '' },
        { pattern: 'a', replacement: '\\1' },
      ],
    });
    expect(made.problems).toMatchObject([
      { at: ['rename', 1], message: 'The replacement "\\\\1" is not valid: the pattern has no group 1' },
      { at: ['rename', 0], message: 'the rename rule "vgg/" changes no name of the checkpoint' },
    ]);
  });

  test('that give two variables one name: which of them has to be said', () => {
    const rename = [{ pattern: '^vgg/', replacement: '' }];
    const checkpoint = stored({ a: [], 'vgg/a': [] });
    const unclear = plan([target('a')], checkpoint, { rename });
    expect(messages(unclear)).toEqual([
      'a is the name of a and vgg/a by the rename rules: say which in "from"',
    ]);
    const clear = plan([target('a')], checkpoint, { rename, variables: { a: { from: 'vgg/a' } } });
    expect(clear.problems).toEqual([]);
    expect(outcomes(clear)).toEqual(['a vgg/a restored', '- a unused']);
  });
});

describe('what is said of one variable', () => {
  const one = (
    shape: readonly number[],
    storedShape: readonly number[],
    choice: RestoreMapping['variables'][string],
  ): RestorePlan => plan([target('v', shape)], stored({ v: storedShape }), { variables: { v: choice } });

  test('a pair has a score', () => {
    const made = plan([target('fc6/weights', [2])], stored({ 'vgg_16/fc_6/kernel': [2] }), {
      variables: { 'fc6/weights': { from: 'vgg_16/fc_6/kernel' } },
    });
    expect(made.entries).toMatchObject([
      { outcome: 'restored', match: 'pair', reason: 'paired in the mapping' },
    ]);
    expect(made.entries[0]?.score).toBeGreaterThan(0.7);
  });

  test('skip leaves it', () => {
    const made = plan([target('a'), target('b')], stored({ a: [], b: [] }), {
      variables: { a: { action: 'skip' } },
    });
    expect(outcomes(made)).toEqual(['a a skipped', 'b b restored']);
  });

  test('partial takes the rows that both have, along the axis that differs', () => {
    const made = one([256, 10], [256, 1001], { action: 'partial' });
    expect(made.entries).toMatchObject([{ outcome: 'partial', detail: 'rows 0–9 of 1,001' }]);
    expect(made.transfers[0]?.arrangement).toEqual({
      kind: 'rows',
      axis: 1,
      rows: [{ from: 0, into: 0, count: 10 }],
    });
  });

  test('partial takes the rows that it is told', () => {
    const rows = [
      { from: 5, into: 0, count: 1 },
      { from: 7, into: 2, count: 2 },
    ];
    const made = one([4, 2], [9, 2], { action: 'partial', rows });
    expect(made.entries[0]?.detail).toBe('rows 5, 7–8 of 9 into 0, 2–3');
    expect(one([9, 2], [9, 2], { action: 'partial', axis: 0, rows }).problems).toEqual([]);
  });

  test('transpose finds the order of known layouts', () => {
    expect(one([3, 3, 16, 32], [32, 16, 3, 3], { action: 'transpose' }).transfers[0]?.arrangement).toEqual({
      kind: 'transposed',
      axes: [2, 3, 1, 0],
    });
    expect(one([4, 4], [4, 4], { action: 'transpose' }).entries).toMatchObject([
      { outcome: 'transposed', detail: 'axes [1, 0]' },
    ]);
    expect(one([7, 5, 6], [5, 6, 7], { action: 'transpose' }).transfers[0]?.arrangement).toEqual({
      kind: 'transposed',
      axes: [2, 0, 1],
    });
  });

  test('reshape takes as many elements', () => {
    expect(one([7, 7, 2, 3], [98, 3], { action: 'reshape' }).entries).toMatchObject([
      { outcome: 'restored', detail: 'from shape [98, 3]' },
    ]);
  });

  test.each([
    [[4, 2], [9, 3], { action: 'partial' }, 'not exactly one differs'],
    [[4, 2], [9, 3], { action: 'partial', axis: 0 }, 'only axis 0 may differ'],
    [[4, 2], [9, 2], { action: 'partial', axis: 2 }, 'has no axis 2'],
    [[4], [9, 2], { action: 'partial' }, 'another rank'],
    [[4], [9], { action: 'partial', rows: [{ from: 0, into: 2, count: 3 }] }, 'it has 4 rows along axis 0'],
    [[4], [9], { action: 'partial', rows: [] }, 'no rows at all'],
    [[4, 2], [3, 2], { action: 'transpose' }, 'no order of the axes gives that'],
    [[4, 2], [2, 4], { action: 'transpose', axes: [0, 0] }, 'no order of 2 axes'],
    [[4, 2], [2, 4], { action: 'transpose', axes: [0, 1] }, 'it would be [2, 4]'],
    [[4, 2], [2, 3], { action: 'reshape' }, 'as many elements'],
  ] as const)('%j from %j by %j is a problem', (shape, storedShape, choice, message) => {
    const made = one(shape, storedShape, choice);
    expect(made.problems).toMatchObject([{ at: ['variables', 'v'], variable: 'v' }]);
    expect(messages(made)[0]).toContain(message);
    expect(made.transfers).toEqual([]);
  });

  test('names that are not there are problems with the nearest', () => {
    const made = plan([target('conv1/weights'), target('b')], stored({ 'conv1/kernel': [], b: [] }), {
      variables: {
        'conv1/weight': { action: 'skip' },
        b: { from: 'conv1/kernels' },
        'conv1/weights': {},
      },
    });
    expect(messages(made)).toEqual([
      'the model has no variable conv1/weight (it has conv1/weights)',
      'it is missing the variable conv1/weights (it has conv1/kernel)',
      'it is missing the variable conv1/kernels (it has conv1/kernel)',
    ]);
  });
});

test('5,000 variables of which no name is equal are planned while one waits', () => {
  const names = (prefix: string, weights: string): string[] =>
    Array.from({ length: 5000 }, (_, i) => `${prefix}/block${i % 10}/unit_${Math.trunc(i / 10)}/${weights}`);
  const model = names('resnet', 'weights').map(name => target(name, [64]));
  const checkpoint = stored(Object.fromEntries(names('backbone/v2', 'kernel').map(name => [name, [64]])));
  vi.mocked(segmentsSimilarity).mockClear();
  const { entries } = plan(model, checkpoint);
  const pairs = model.length * checkpoint.size;
  expect(vi.mocked(segmentsSimilarity).mock.calls.length).toBeLessThan(pairs / 100);
  const first = entries.slice(0, 5000).map(({ nearest = [] }) => nearest[0]);
  expect(first).toEqual([...checkpoint.keys()]);
});
