import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  formatRestoreFile,
  parseRestoreFile,
  pathForMapping,
  pathInMapping,
  readRestoreFile,
} from '../../../src/restore/restore-file.ts';
import { EMPTY_MAPPING, RESTORE_ACTIONS, type RestoreMapping } from '../../../src/restore/restore-mapping.ts';

const full: RestoreMapping = {
  checkpoint: '../vgg/vgg_16.ckpt',
  script: 'finetune.ts',
  include: ['conv', 'fc'],
  exclude: ['fc8'],
  rename: [{ pattern: 'vgg_16/', replacement: '' }],
  variables: {
    class_embedding: { action: 'partial', axis: 0, rows: [{ from: 0, into: 0, count: 10 }] },
    'fc6/weights': { from: 'vgg_16/fc_6/kernel' },
    'fc7/weights': { from: 'fc7', action: 'transpose', axes: [1, 0] },
  },
  strict: true,
  restoreSlots: true,
};

function problemsOf(text: string): string[] {
  return parseRestoreFile(text).problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

describe('a restore file', () => {
  test('is read as it was written, and written the same again', () => {
    const text = formatRestoreFile(full);
    expect(parseRestoreFile(text)).toEqual({ mapping: full, problems: [] });
    expect(formatRestoreFile(parseRestoreFile(text).mapping)).toBe(text);
  });

  test('does not say what is the default, and sorts variables by name', () => {
    expect(formatRestoreFile(EMPTY_MAPPING)).toBe('{\n  "schemaVersion": 1\n}\n');
    const variables = { b: { action: 'skip' }, a: { from: 'x', action: 'restore' } } as const;
    expect(JSON.parse(formatRestoreFile({ ...EMPTY_MAPPING, variables }))).toEqual({
      schemaVersion: 1,
      variables: { a: { from: 'x' }, b: { action: 'skip' } },
    });
    expect(formatRestoreFile({ ...EMPTY_MAPPING, variables }).indexOf('"a"')).toBeLessThan(
      formatRestoreFile({ ...EMPTY_MAPPING, variables }).indexOf('"b"'),
    );
  });

  test('takes any name of a variable, those of JavaScript too', () => {
    const { mapping } = parseRestoreFile('{"schemaVersion":1,"variables":{"__proto__":{"from":"a"}}}');
    expect(Object.keys(mapping.variables)).toEqual(['__proto__']);
  });

  test.each([
    ['', '1:1: This is not JSON (value expected).'],
    ['{"schemaVersion": 1,\n  "include" ["a"]}', '2:13: This is not JSON (colon expected).'],
    ['{"schemaVersion": 1, // all\n}', '1:22: This is not JSON (invalid comment token).'],
    ['[]', '1:1: A restore mapping is an object: { "schemaVersion": 1, ... }.'],
    ['{}', '1:1: schemaVersion has to be 1.'],
    ['{"schemaVersion": "1"}', '1:19: schemaVersion has to be 1.'],
    [
      '{\n  "schemaVersion": 1,\n  "exlude": []\n}',
      '3:3: There is no "exlude" in a restore mapping. There are: $schema, schemaVersion, checkpoint, script, include, exclude, rename, variables, strict, restoreSlots.',
    ],
    ['{"schemaVersion": 1, "include": "conv"}', '1:33: This has to be a list: [ ... ].'],
    ['{"schemaVersion": 1, "exclude": [1]}', '1:34: This has to be a text.'],
    ['{"schemaVersion": 1, "strict": 1}', '1:32: This has to be true or false.'],
    [
      '{"schemaVersion": 1, "rename": [{"pattern": "a"}]}',
      '1:33: A rename rule needs a "replacement"; "" removes.',
    ],
    [
      '{"schemaVersion": 1, "variables": {"a": {"action": "drop"}}}',
      '1:52: This has to be one of restore, skip, partial, transpose, reshape.',
    ],
    [
      '{"schemaVersion": 1, "variables": {"a": "skip"}}',
      '1:41: What is said of a variable is an object: { "from": ..., "action": ... }.',
    ],
    ['{"schemaVersion": 1, "variables": {"a": {"axis": 1}}}', '1:50: "axis" belongs to "action": "partial".'],
    [
      '{"schemaVersion": 1, "variables": {"a": {"action": "partial", "rows": [{"from": -1, "into": 0, "count": 1}]}}}',
      '1:81: This has to be a whole number of at least 0.',
    ],
    ['{"schemaVersion": 1, "variables": {"a": {}, "a": {}}}', '1:45: "a" is here twice.'],
  ])('%j: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('of a newer version is read as far as it can be', () => {
    const { mapping, problems, note } = parseRestoreFile(
      '{"schemaVersion": 2, "exclude": ["fc8"], "blend": 0.5, "variables": {"a": {"action": "skip", "why": 1}}}',
    );
    expect({ ...mapping, problems }).toMatchObject({
      exclude: ['fc8'],
      variables: { a: { action: 'skip' } },
      problems: [],
    });
    expect(note).toContain('schema version 2');
    expect(problemsOf('{"schemaVersion": 2, "exclude": {}}')).toHaveLength(1);
  });

  test('that is wrong is refused with file, line and column', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slim-restore-'));
    try {
      const path = join(folder, 'warm.restore.json');
      await expect(readRestoreFile(path)).rejects.toThrow(
        `The restore mapping ${path} cannot be read: ENOENT`,
      );
      await writeFile(path, '{"schemaVersion": 1,\n "strict": 1, "a": 2}');
      await expect(readRestoreFile(path)).rejects.toThrow(`${path}:2:12: This has to be true or false.`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('may begin with a byte order mark', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slim-restore-'));
    try {
      const path = join(folder, 'warm.restore.json');
      await writeFile(path, '\uFEFF{"schemaVersion": 1,\r\n "strict": true}\r\n');
      expect((await readRestoreFile(path)).mapping.strict).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('names paths from its own folder', () => {
    const file = join('runs', 'warm.restore.json');
    expect(pathForMapping(file, join('logs', 'model.ckpt-1'))).toBe('../logs/model.ckpt-1');
    expect(pathInMapping(file, '../logs/model.ckpt-1')).toBe(join(process.cwd(), 'logs', 'model.ckpt-1'));
  });
});

test.each([
  ['closed', '{"schemaVersion":1,\n"x":' + '['.repeat(20_000) + ']'.repeat(20_000) + '}'],
  ['open', '{"schemaVersion":1,\n"variables":' + '{"a":['.repeat(100_000)],
])('a text that is nested without end, %s, is one problem, not a full stack', (_, text) => {
  const { mapping, problems } = parseRestoreFile(text);
  expect(mapping).toEqual(EMPTY_MAPPING);
  expect(problems).toEqual([
    {
      message: 'No restore mapping is nested deeper than 100 levels.',
      line: 2,
      column: expect.any(Number) as unknown,
    },
  ]);
});

test('brackets in a text are text', () => {
  const name = `${'['.repeat(200)}\\"${'{'.repeat(200)}`;
  const text = JSON.stringify({ schemaVersion: 1, variables: { [name]: { from: name } } });
  expect(parseRestoreFile(text)).toEqual({
    mapping: { ...EMPTY_MAPPING, variables: { [name]: { from: name } } },
    problems: [],
  });
});

test('the published schema knows what the reader knows', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../media/restore.schema.json'), 'utf8'),
  ) as {
    readonly properties: Readonly<Record<string, unknown>> & {
      readonly variables: {
        readonly additionalProperties: {
          readonly properties: Readonly<Record<string, unknown>> & {
            readonly action: { readonly enum: readonly string[] };
          };
        };
      };
    };
  };
  const { properties } = schema;
  expect(Object.keys(properties)).toEqual(['$schema', 'schemaVersion', ...Object.keys(EMPTY_MAPPING)]);
  const choice = properties.variables.additionalProperties.properties;
  expect(choice.action.enum).toEqual(RESTORE_ACTIONS);
  for (const key of Object.keys(choice)) {
    const [problem = ''] = problemsOf(`{"schemaVersion": 1, "variables": {"a": {"${key}": null}}}`);
    expect(problem).not.toContain('There is no');
  }
  expect(problemsOf('{"schemaVersion": 1, "variables": {"a": {"x": null}}}')[0]).toContain(
    `There are: ${Object.keys(choice).join(', ')}.`,
  );
});
