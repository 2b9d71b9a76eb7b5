import { applyEdits } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { editMapping, type MappingChange } from '../../../src/restore/edit-mapping.ts';
import { formatRestoreFile, parseRestoreFile } from '../../../src/restore/restore-file.ts';
import { EMPTY_MAPPING, type RestoreMapping } from '../../../src/restore/restore-mapping.ts';

const full: RestoreMapping = {
  checkpoint: 'a.ckpt',
  script: 'train.ts',
  include: ['conv', 'fc'],
  exclude: ['fc8'],
  rename: [
    { pattern: 'a', replacement: 'b' },
    { pattern: 'c', replacement: '' },
  ],
  variables: { 'conv1/weights': { from: 'x' }, 'fc8/weights': { action: 'partial', axis: 1 } },
  strict: true,
  restoreSlots: true,
};

function edited(text: string, change: MappingChange): string {
  const edit = editMapping(text, change);
  return edit === null ? text : applyEdits(text, [edit]);
}

const choose = (variable: string, choice: object | null): MappingChange => ({
  what: 'choice',
  variable,
  choice,
});

const changes: readonly (readonly [MappingChange, Partial<RestoreMapping>])[] = [
  [{ what: 'checkpoint', path: '../b.ckpt' }, { checkpoint: '../b.ckpt' }],
  [{ what: 'script', path: 'other.ts' }, { script: 'other.ts' }],
  [{ what: 'pattern', list: 'include', index: 1, text: 'fc[67]' }, { include: ['conv', 'fc[67]'] }],
  [{ what: 'pattern', list: 'include', index: 2, text: 'x' }, { include: ['conv', 'fc', 'x'] }],
  [{ what: 'pattern', list: 'include', index: 0, text: null }, { include: ['fc'] }],
  [{ what: 'pattern', list: 'exclude', index: 0, text: null }, { exclude: [] }],
  [
    { what: 'rule', index: 1, rule: { pattern: 'c', replacement: 'd' } },
    {
      rename: [
        { pattern: 'a', replacement: 'b' },
        { pattern: 'c', replacement: 'd' },
      ],
    },
  ],
  [
    { what: 'rule', index: 2, rule: { pattern: 'e', replacement: 'f' } },
    { rename: [...full.rename, { pattern: 'e', replacement: 'f' }] },
  ],
  [{ what: 'rule', index: 0, rule: null }, { rename: full.rename.slice(1) }],
  [{ what: 'restoreSlots', restore: false }, { restoreSlots: false }],
  [
    choose('fc8/weights', { action: 'skip' }),
    { variables: { ...full.variables, 'fc8/weights': { action: 'skip' } } },
  ],
  [choose('conv1/weights', null), { variables: { 'fc8/weights': { action: 'partial', axis: 1 } } }],
  [
    choose('fc6/"quoted"/__proto__', { from: 'y' }),
    { variables: { ...full.variables, 'fc6/"quoted"/__proto__': { from: 'y' } } },
  ],
];

test.each(changes)('%j is written where it belongs, and nothing else changes', (change, parts) => {
  const text = edited(formatRestoreFile(full), change);
  expect(parseRestoreFile(text)).toEqual({ mapping: { ...full, ...parts }, problems: [] });
  // In the very form in which a mapping is written anew.
  expect(text.replace(/\s+/g, '')).toBe(formatRestoreFile({ ...full, ...parts }).replace(/\s+/g, ''));
});

test.each(changes)('%j makes a whole mapping of an empty one', change => {
  const text = edited('{ "schemaVersion": 1 }', change);
  expect(parseRestoreFile(text).problems).toEqual([]);
});

test('the last of its kind takes its key away', () => {
  const text = formatRestoreFile({
    ...EMPTY_MAPPING,
    include: ['a'],
    exclude: ['b'],
    rename: [{ pattern: 'c', replacement: '' }],
    variables: { d: {} },
  });
  const left = [
    { what: 'pattern', list: 'include', index: 0, text: null } as const,
    { what: 'pattern', list: 'exclude', index: 0, text: null } as const,
    { what: 'rule', index: 0, rule: null } as const,
    choose('d', null),
  ].reduce(edited, text);
  expect(JSON.parse(left)).toEqual({ schemaVersion: 1 });
});

test('what stands there besides, and how it is indented, stays', () => {
  const text = [
    '{',
    '\t"$schema": "./restore.schema.json",',
    '\t"schemaVersion": 2,',
    '\t"later": [1,2,  3],',
    '\t"variables": {',
    '\t\t"a": { "from": "x", "later": true }',
    '\t}',
    '}',
  ].join('\r\n');
  const changed = edited(text, choose('a', { from: 'y', action: 'skip' }));
  expect(changed).toContain('"later": [1,2,  3],');
  expect(JSON.parse(changed)).toMatchObject({ variables: { a: { from: 'y', action: 'skip', later: true } } });
  expect(edited(changed, choose('b', { action: 'skip' })).replaceAll('\r\n', '')).not.toMatch(/\n| {2}"/);
  expect(edited(text, { what: 'pattern', list: 'exclude', index: 0, text: 'fc' })).toContain(
    '"schemaVersion": 2,\r\n\t"exclude": [\r\n\t\t"fc"\r\n\t],\r\n\t"later": [1,2,  3],',
  );
});

test('what is said already is no edit', () => {
  const text = formatRestoreFile(full);
  expect(editMapping(text, { what: 'script', path: 'train.ts' })).toBeNull();
  expect(editMapping(text, choose('conv1/weights', { from: 'x' }))).toBeNull();
  expect(editMapping(text, choose('nowhere', null))).toBeNull();
});

test('an edit is no longer than what changes', () => {
  const text = formatRestoreFile(full);
  expect(editMapping(text, { what: 'pattern', list: 'exclude', index: 0, text: 'fc9' })).toMatchObject({
    length: 1,
    content: '9',
  });
});
