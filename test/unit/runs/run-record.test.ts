import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkSentRecord,
  MAX_RECORD_BYTES,
  readRunRecord,
  writeRunRecord,
  writeRunRecordSync,
} from '../../../src/runs/run-record.ts';
import { exampleRecord } from './example-record.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-record-'));
  path = join(folder, 'run.json');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const always = (): boolean => true;

test('a record with every field comes back as it was written', async () => {
  await writeRunRecord(path, exampleRecord, always);
  expect(await readRunRecord(path)).toEqual({ record: exampleRecord });
  writeRunRecordSync(path, { ...exampleRecord, state: 'done' });
  expect(await readRunRecord(path)).toEqual({ record: { ...exampleRecord, state: 'done' } });
  expect(await readdir(folder)).toEqual(['run.json']);
});

test('while it is written again and again a reader never sees half of it', async () => {
  await writeRunRecord(path, exampleRecord, always);
  let writing = true;
  const writes = (async () => {
    for (let step = 0; step < 200; step++) {
      const stack = 'x'.repeat(step * 100);
      await writeRunRecord(path, { ...exampleRecord, failure: { message: String(step), stack } }, always);
    }
    writing = false;
  })();
  let reads = 0;
  while (isTrue(writing)) {
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('pid', exampleRecord.pid);
    reads += 1;
  }
  await writes;
  expect(reads).toBeGreaterThan(10);
});

test('a write that is no longer wanted leaves what is there, and nothing beside it', async () => {
  await writeRunRecord(path, exampleRecord, always);
  await writeRunRecord(path, { ...exampleRecord, state: 'done' }, () => false);
  expect(await readRunRecord(path)).toEqual({ record: exampleRecord });
  expect(await readdir(folder)).toEqual(['run.json']);
});

test('of a newer version what is known is read, and a note says so', async () => {
  const newer = { ...exampleRecord, schemaVersion: 7, state: 'hibernating', backend: 'gpu', mood: 'good' };
  await writeFile(path, JSON.stringify(newer));
  const reading = await readRunRecord(path);
  const { backend, ...known } = exampleRecord;
  expect(backend).toBeDefined();
  expect(reading).toEqual({
    record: { ...known, state: 'done' },
    note: expect.stringContaining('newer Slim Training (schema version 7)') as unknown,
  });
});

test('a hyperparameter that JSON has no number for reads as null', async () => {
  await writeRunRecord(path, { ...exampleRecord, hparams: { decay: Number.NaN } }, always);
  expect(await readRunRecord(path)).toEqual({ record: { ...exampleRecord, hparams: { decay: null } } });
});

test('a command of many files has a record, too', async () => {
  const record = { ...exampleRecord, script: null, command: Array.from({ length: 20_000 }, String) };
  await writeRunRecord(path, record, always);
  expect(await readRunRecord(path)).toEqual({ record });
});

test.each([
  ['', 'is not JSON'],
  ['{"schemaVersion": 1, "id"', 'is not JSON'],
  ['[]', 'is not a run record'],
  ['null', 'is not a run record'],
  ['{}', 'it has no schemaVersion'],
  ['{"schemaVersion": 1}', 'is damaged: startedAt, state'],
  [JSON.stringify({ ...exampleRecord, pid: '17' }), 'is damaged: pid'],
  [JSON.stringify({ ...exampleRecord, state: 'hibernating' }), 'is damaged: state'],
  [JSON.stringify({ ...exampleRecord, mode: 'lazy' }), 'is damaged: mode'],
  [`{"schemaVersion": 1, "launched": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'state, launched'],
  [JSON.stringify({ ...exampleRecord, overrides: { numberOfSteps: 0 } }), 'is damaged: overrides'],
  [JSON.stringify({ ...exampleRecord, backend: { name: 'gpu', description: '' } }), 'is damaged: backend'],
  [JSON.stringify({ ...exampleRecord, hparams: { rate: [1] } }), 'is damaged: hparams'],
  [JSON.stringify({ ...exampleRecord, progress: { step: Infinity } }), 'is damaged: progress'],
  ['{"schemaVersion": 9, "state": "running"}', 'newer Slim Training'],
])('damaged text %# is a problem that names the file', async (text, problem) => {
  await writeFile(path, text);
  const reading = await readRunRecord(path);
  expect(reading).toEqual({ problem: expect.stringContaining(problem) as unknown });
  expect(reading).toEqual({ problem: expect.stringContaining(path) as unknown });
});

test('a record that is not there is a problem, too', async () => {
  expect(await readRunRecord(path)).toEqual({
    problem: expect.stringContaining('cannot be read') as unknown,
  });
});

test('a record of more than is read is a problem', async () => {
  await writeFile(path, ' '.repeat(MAX_RECORD_BYTES + 1));
  expect(await readRunRecord(path)).toEqual({
    problem: expect.stringContaining(`at most ${MAX_RECORD_BYTES} are read`) as unknown,
  });
});

describe.runIf(process.platform !== 'win32')('where files can be more than files', () => {
  const refused = { problem: expect.stringContaining('a link or a device') as unknown };

  test('a record that is a device, a pipe, or a link to one or to a file is not read', async () => {
    await symlink('/dev/zero', path);
    expect(await readRunRecord(path)).toEqual(refused);
    await rm(path);
    execFileSync('mkfifo', [path]);
    expect(await readRunRecord(path)).toEqual(refused);
    await rm(path);
    const elsewhere = join(folder, 'elsewhere.json');
    await writeRunRecord(elsewhere, exampleRecord, always);
    await symlink(elsewhere, path);
    expect(await readRunRecord(path)).toEqual(refused);
  });

  test('only its owner can read a record', async () => {
    await writeRunRecord(path, exampleRecord, always);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await rm(path);
    writeRunRecordSync(path, exampleRecord);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

test('what a run sends of itself passes the same checks, and a problem names the run', () => {
  const sent: unknown = JSON.parse(JSON.stringify(exampleRecord));
  expect(checkSentRecord(sent, folder)).toEqual({ record: exampleRecord });
  expect(checkSentRecord({ ...exampleRecord, schemaVersion: 2, backend: 7 }, folder)).toMatchObject({
    record: { id: exampleRecord.id, schemaVersion: 1 },
    note: expect.stringContaining('schema version 2') as unknown,
  });
  for (const bad of [null, 'x', [], {}, { ...exampleRecord, pid: null }]) {
    expect(checkSentRecord(bad, folder)).toEqual({
      problem: expect.stringMatching(/^The record that the run in .*slim-record-.* sent is/) as unknown,
    });
  }
});

/** What another task changes is more than the compiler sees. */
function isTrue(value: boolean): boolean {
  return value;
}
