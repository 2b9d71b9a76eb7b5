import { applyEdits } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { chooseForScope, type ScopeChoice } from '../../../src/restore/choose-for-scope.ts';
import { editMapping } from '../../../src/restore/edit-mapping.ts';
import { mappingPlan } from '../../../src/restore/mapping-plan.ts';
import { planRestore } from '../../../src/restore/plan-restore.ts';
import { formatRestoreFile, parseRestoreFile } from '../../../src/restore/restore-file.ts';
import { EMPTY_MAPPING, type RestoreMapping } from '../../../src/restore/restore-mapping.ts';

const shapes: Readonly<Record<string, readonly number[]>> = {
  'a.b/weights': [2],
  'a.b/biases': [2],
  'a.b/c/weights': [3],
  'axb/weights': [2],
};
const model = Object.entries(shapes).map(([name, shape]) => ({
  name,
  shape,
  dtype: 'float32',
  role: 'model' as const,
}));
const stored = new Map<string, { dtype: 'float32'; shape: readonly number[] }>([
  ...Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'float32', shape }] as const),
  ['a.b/c/weights', { dtype: 'float32', shape: [5] }],
  ['other', { dtype: 'float32', shape: [2] }],
]);
stored.delete('a.b/biases');

function rowsOf(mapping: RestoreMapping): ReturnType<typeof mappingPlan>['rows'] {
  return mappingPlan(model, stored, mapping, planRestore(model, stored, mapping)).rows;
}

/** What the file says after it, which is one edit, and what becomes of the scope. */
function after(
  before: Partial<RestoreMapping>,
  choice: Partial<ScopeChoice>,
): { readonly mapping: Partial<RestoreMapping>; readonly outcomes: readonly string[] } {
  const mapping = { ...EMPTY_MAPPING, ...before };
  const variables = model.map(({ name }) => name).filter(name => name.startsWith('a.b/'));
  const own = model.map(({ name }) => name);
  const wanted = { scope: 'a.b/', action: 'skip', variables, ...choice } as const;
  const text = formatRestoreFile(mapping);
  const edit = editMapping(text, chooseForScope(wanted, mapping, own, rowsOf(mapping)));
  const read = parseRestoreFile(edit === null ? text : applyEdits(text, [edit]));
  expect(read.problems).toEqual([]);
  const { exclude, variables: choices } = read.mapping;
  const outcomes = rowsOf(read.mapping)
    .filter(({ variable }) => variable?.startsWith('a') === true)
    .map(({ outcome, problem }) => `${outcome}${problem === undefined ? '' : ' problem'}`);
  return { mapping: { exclude, variables: choices }, outcomes };
}

const PATTERN = String.raw`a\.b/`;

describe('skipping a scope', () => {
  it('is a pattern of its own, in which no character means another', () => {
    expect(after({}, {})).toEqual({
      mapping: { exclude: [PATTERN], variables: {} },
      outcomes: ['skipped', 'skipped', 'skipped', 'restored'],
    });
  });

  it('also skips what the mapping names, and keeps what it is paired with', () => {
    const variables = {
      'a.b/biases': { from: 'other' },
      'a.b/c/weights': { action: 'partial' },
      'axb/weights': { from: 'other' },
    } as const;
    expect(after({ variables }, {})).toEqual({
      mapping: {
        exclude: [PATTERN],
        variables: {
          'a.b/biases': { from: 'other', action: 'skip' },
          'axb/weights': { from: 'other' },
        },
      },
      outcomes: ['skipped', 'skipped', 'skipped', 'restored'],
    });
  });

  it('of which only a part is meant names that part', () => {
    const { mapping } = after({}, { variables: ['a.b/weights'] });
    expect(mapping).toEqual({ exclude: [], variables: { 'a.b/weights': { action: 'skip' } } });
  });
});

describe('restoring a scope', () => {
  it('takes the pattern away, and does what the shapes allow', () => {
    expect(after({ exclude: ['x', PATTERN] }, { action: 'restore' })).toEqual({
      mapping: { exclude: ['x'], variables: { 'a.b/c/weights': { action: 'partial' } } },
      outcomes: ['restored', 'initialized', 'partial', 'restored'],
    });
  });

  it('names what another pattern leaves out, but nothing that the checkpoint does not have', () => {
    expect(after({ exclude: ['a'] }, { action: 'restore' })).toEqual({
      mapping: {
        exclude: ['a'],
        variables: { 'a.b/weights': { action: 'restore' }, 'a.b/c/weights': { action: 'partial' } },
      },
      outcomes: ['restored', 'skipped', 'partial', 'skipped'],
    });
  });

  it('takes back what was skipped by name', () => {
    const variables = {
      'a.b/weights': { action: 'skip' },
      'a.b/biases': { from: 'other', action: 'skip' },
    } as const;
    const { mapping } = after({ variables }, { action: 'restore' });
    expect(mapping).toEqual({ exclude: [], variables: { 'a.b/biases': { from: 'other' } } });
  });
});
