import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { newControlAddress } from '../../../src/runs/control-address.ts';
import { FollowedAttempt } from '../../../src/runs/followed-attempt.ts';
import { Launchers } from '../../../src/runs/launchers/launchers.ts';
import { LocalLauncher } from '../../../src/runs/launchers/local-launcher.ts';
import { processStartTime } from '../../../src/runs/process-identity.ts';
import { recordPath, runsFolder } from '../../../src/runs/run-folder.ts';
import { begunRecord } from './example-record.ts';
import { FakeTrainer } from './fake-trainer.ts';

let root: string;
let folder: string;
let record: RunRecord;
let status: unknown;
let trainer: FakeTrainer;
let followed: FollowedAttempt;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-followed-'));
  folder = join(runsFolder(root), begunRecord.id);
  await mkdir(folder, { recursive: true });
  record = {
    ...begunRecord,
    host: hostname(),
    pid: process.pid,
    processStartTime: (await processStartTime(process.pid)) ?? null,
    control: await newControlAddress(),
  };
  await writeFile(recordPath(folder), JSON.stringify(record));
  status = { ...record, state: 'running' };
  trainer = await FakeTrainer.listen(record.control ?? '', { 'run/status': () => status });
  const nothing = (): void => undefined;
  followed = new FollowedAttempt(folder, false, {
    launchers: new Launchers([new LocalLauncher({ path: 'slim-train.js' })]),
    mayAct: () => true,
    onChange: nothing,
    onProgress: nothing,
  });
});

afterEach(async () => {
  followed.dispose();
  await trainer.close();
  await rm(root, { recursive: true });
});

const now = () => followed.attempt;

test('a record by the socket of a newer version is read as far as it is known, with a note', async () => {
  status = { ...record, schemaVersion: 2, state: 'running', backend: 'gpu', mood: 'good' };
  await followed.refresh();
  await expect.poll(now).toMatchObject({
    state: 'running',
    record: { schemaVersion: 1, id: record.id },
    note: expect.stringContaining('newer Slim Training (schema version 2)') as unknown,
  });
  expect(now()?.record.backend).toBe(undefined);
  expect(followed.isUnattended).toBe(false);
});

test('a damaged record by the socket takes nothing away, is noted, and forgotten with the next good one', async () => {
  await followed.refresh();
  await expect.poll(() => now()?.state).toBe('running');
  expect(followed.isUnattended).toBe(false);
  await trainer.tell('run/state', { state: 'paused', record: { ...record, state: 'paused', pid: 'many' } });
  await expect.poll(now).toMatchObject({
    record: { id: record.id, pid: process.pid },
    note: expect.stringMatching(/^The record that the run in .* sent is damaged: pid\./) as unknown,
  });
  expect(followed.problem).toBe(undefined);
  expect(followed.isUnattended).toBe(true);

  await trainer.tell('run/state', { state: 'paused', record: { ...record, state: 'paused' } });
  await expect.poll(() => now()?.state).toBe('paused');
  expect(now()).not.toHaveProperty('note');
  expect(followed.isUnattended).toBe(false);
});

test.each([undefined, null, 'running', { state: 'running' }])(
  'a first record by the socket that is %j leaves the one of the file',
  async sent => {
    status = sent ?? null;
    await followed.refresh();
    await expect.poll(() => now()?.note).toMatch(/^The record that the run in .* sent is not a run record/);
    expect(now()?.record).toEqual(record);
  },
);

test('progress that is not understood is noted, and what the record says is kept', async () => {
  await followed.refresh();
  await expect.poll(() => now()?.state).toBe('running');
  const progress = { step: 5, numberOfSteps: null, loss: 1, stepsPerSec: null, secondsLeft: null };
  await trainer.tell('run/progress', progress);
  await expect.poll(() => now()?.record.progress).toEqual(progress);
  await trainer.tell('run/progress', { ...progress, step: 'six' });
  await expect.poll(() => now()?.note).toMatch(/^The progress that the run sent is not understood/);
  expect(now()?.record.id).toBe(record.id);
});

test('whoever answers by the socket was reached; a record alone says nothing of that', async () => {
  await followed.refresh();
  expect(now()).toMatchObject({ state: 'starting', wasReached: false });
  await expect.poll(now).toMatchObject({ state: 'running', wasReached: true });
  trainer.hangUp();
  await writeFile(recordPath(folder), JSON.stringify({ ...record, state: 'failed' }));
  await followed.refresh();
  await expect.poll(now).toMatchObject({ state: 'failed', wasReached: true });
});
