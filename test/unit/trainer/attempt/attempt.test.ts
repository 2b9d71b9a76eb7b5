import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunProgress, RunRecord } from '../../../../src/protocol/run.ts';
import { Attempt } from '../../../../src/trainer/attempt/attempt.ts';
import { exampleRecord } from '../../runs/example-record.ts';
import { beginAttempt } from '../begin-attempt.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-attempt-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const onDisk = (): RunRecord => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;

const at = (step: number): RunProgress => ({
  step,
  numberOfSteps: null,
  loss: 1,
  stepsPerSec: null,
  secondsLeft: null,
});

test('a change is on the disk at once, progress at most once a second', async () => {
  const attempt = await beginAttempt(folder);
  attempt.update({ state: 'running' });
  await expect.poll(() => onDisk().state).toBe('running');
  const begin = performance.now();
  let step = 0;
  let written = 0;
  let newest: number | undefined;
  while (written < 3) {
    attempt.progress(at(++step));
    const { progress } = onDisk();
    if (progress?.step !== newest) written++;
    newest = progress?.step;
    await delay(10);
  }
  // The first of them may come at once.
  expect(performance.now() - begin).toBeGreaterThan((written - 1) * 1000);
  expect(step).toBeGreaterThan(written);
  await attempt.end({ state: 'done', exitCode: 0 });
  expect(onDisk()).toMatchObject({ state: 'done', exitCode: 0, progress: at(step) });
  expect(onDisk().endedAt).toBeGreaterThanOrEqual(onDisk().startedAt);
});

test('what comes after the end changes nothing', async () => {
  const attempt = await beginAttempt(folder);
  await attempt.end({ state: 'failed', exitCode: 1, failure: { message: 'out of luck' } });
  attempt.update({ state: 'running' });
  attempt.progress(at(7));
  await delay(20);
  expect(onDisk()).toMatchObject({ state: 'failed', failure: { message: 'out of luck' } });
});

test('the last write of an ending process is not replaced by one under way', async () => {
  const attempt = await beginAttempt(folder);
  attempt.update({ state: 'running' });
  attempt.endSync({ state: 'stopped', exitCode: 0 });
  expect(onDisk().state).toBe('stopped');
  await delay(50);
  expect(onDisk().state).toBe('stopped');
  expect(await readdir(folder)).toEqual(['run.json']);
});

test('without a record that can be written there is no attempt', async () => {
  const missing = join(folder, 'missing');
  await expect(beginAttempt(missing)).rejects.toThrow('ENOENT');
});

test('a record that cannot be written later is told once', async () => {
  const problems: string[] = [];
  const own = join(folder, 'own');
  await mkdir(own);
  const attempt = await Attempt.begin(own, exampleRecord, message => problems.push(message));
  await rm(own, { recursive: true });
  attempt.update({ state: 'running' });
  await expect.poll(() => problems.length).toBe(1);
  attempt.update({ state: 'paused' });
  await delay(50);
  expect(problems).toEqual([expect.stringMatching(/run\.json cannot be written: ENOENT/)]);
});

test('values that have names of secrets are neither kept nor told', async () => {
  const attempt = await beginAttempt(folder, {
    command: ['slim-train', 'run', 'train.ts', '--hparam=apiKey=hunter2', '--hparam', 'rate=0.1'],
    overrides: { hparams: { apiKey: 'hunter2', rate: '0.1' } },
  });
  const told: RunRecord[] = [];
  attempt.onDidChange(record => told.push(record));
  attempt.update({ hparams: { apiKey: 'hunter2', dbPassword: 'hunter2', rate: 0.1 } });
  await attempt.end({ state: 'done', exitCode: 0 });
  expect(readFileSync(join(folder, 'run.json'), 'utf8')).not.toContain('hunter2');
  expect(JSON.stringify(told)).not.toContain('hunter2');
  expect(onDisk()).toMatchObject({
    overrides: { hparams: { apiKey: '(hidden)', rate: '0.1' } },
    hparams: { apiKey: '(hidden)', dbPassword: '(hidden)', rate: 0.1 },
  });
});
