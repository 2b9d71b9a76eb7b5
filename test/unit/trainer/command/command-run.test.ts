import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandSpec } from '../../../../src/protocol/run-spec.ts';
import type { Attempt } from '../../../../src/trainer/attempt/attempt.ts';
import { AttemptEnding } from '../../../../src/trainer/attempt/attempt-ending.ts';
import { CommandRun } from '../../../../src/trainer/command/command-run.ts';
import { recordPath } from '../../../../src/runs/run-folder.ts';
import { beginAttempt } from '../begin-attempt.ts';

let folder: string;
let attempt: Attempt;
let ending: AttemptEnding;
let said: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-command-'));
  attempt = await beginAttempt(folder, { script: null });
  ending = new AttemptEnding();
  said = '';
  const hear = (text: string | Uint8Array): boolean => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  vi.spyOn(process.stderr, 'write').mockImplementation(hear);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await attempt.end({ state: 'done', exitCode: 0 });
  await rm(folder, { recursive: true });
});

/** `text` is run by this Node. */
function runOf(text: string, change: Partial<CommandSpec> = {}): CommandRun {
  const argv = [process.execPath, '-e', text] as const;
  return new CommandRun({ kind: 'command', cwd: folder, argv, logdir: null, ...change }, attempt, ending);
}

const HANG = 'setInterval(() => 0, 1000);';

test('ends well with 0, its output passed on, its place and its log folder in the environment', async () => {
  const text = `console.log(process.cwd(), process.env.SLIM_RUN_ID, process.env.SLIM_LOGDIR, process.env.MOOD);
    console.error('to stderr');`;
  const states: string[] = [];
  attempt.onDidChange(({ state }) => states.push(state));
  runOf(text, { logdir: '/logs/a', env: { MOOD: 'good', SLIM_RUN_ID: 'forged' } }).start();
  expect(await ending.end).toEqual({ state: 'done', exitCode: 0 });
  expect(said).toContain(`${attempt.record.id} /logs/a good\n`);
  expect(said).toContain('to stderr\n');
  expect(states).toEqual(['running']);
  await attempt.end({ state: 'done', exitCode: 0 });
  expect(await readFile(recordPath(folder), 'utf8')).not.toContain('MOOD');
});

test('without a log folder it is told none', async () => {
  runOf('console.log(String(process.env.SLIM_LOGDIR))').start();
  await ending.end;
  expect(said).toBe('undefined\n');
});

test('fails with its exit code', async () => {
  runOf('process.exit(7)').start();
  expect(await ending.end).toEqual({
    state: 'failed',
    exitCode: 7,
    failure: { message: expect.stringMatching(/^node\S* ended with exit code 7\.$/) as unknown },
  });
});

test('fails by the signal that ended it', async () => {
  runOf(`process.kill(process.pid, 'SIGKILL'); ${HANG}`).start();
  expect(await ending.end).toMatchObject({
    state: 'failed',
    exitCode: 137,
    failure: { message: expect.stringContaining('was ended by SIGKILL: by somebody, or') as unknown },
  });
});

test('fails when there is no such program', async () => {
  runOf('', { argv: ['slim-no-such-program'] }).start();
  expect(await ending.end).toMatchObject({
    state: 'failed',
    exitCode: 127,
    failure: { message: expect.stringContaining('There is no program slim-no-such-program.') as unknown },
  });
});

test('fails when a file is no program', async () => {
  runOf('', { argv: [join(folder, 'run.json')] }).start();
  expect(await ending.end).toMatchObject({
    exitCode: 126,
    failure: { message: expect.stringContaining('cannot be started') as unknown },
  });
});

test('is stopped with all that it has started', async () => {
  const child = `process.on('SIGINT', () => { console.log('child asked'); process.exit(); }); console.log('up'); ${HANG}`;
  const run = runOf(
    `process.on('SIGINT', () => setTimeout(() => process.exit(3), 300));
    require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`,
  );
  run.start();
  await expect.poll(() => said, { timeout: 10_000 }).toContain('up\n');
  run.stop();
  expect(attempt.record.state).toBe('stopping');
  expect(await ending.end).toEqual({ state: 'stopped', exitCode: 0 });
  expect(said).toContain('child asked\n');
});

test('told to terminate it gets that signal, and is killed when it does not mind', async () => {
  const run = runOf(`process.on('SIGTERM', () => console.log('no')); console.log('up'); ${HANG}`);
  run.start();
  await expect.poll(() => said, { timeout: 10_000 }).toContain('up\n');
  run.interrupt('SIGTERM');
  expect(await ending.end).toEqual({ state: 'stopped', exitCode: 0 });
  expect(said).toContain('no\n');
}, 20_000);

test('a helper that outlives it does not hold its end', async () => {
  const sleeper = `spawn(process.execPath, ['-e', 'setTimeout(() => 0, 20000)'], { stdio: 'inherit' })`;
  const run = runOf(`require('child_process').${sleeper}.unref(); console.log('bye');`);
  run.start();
  expect(await ending.end).toEqual({ state: 'done', exitCode: 0 });
  run.abandon();
}, 15_000);

test('stopped before it has begun it does not begin', async () => {
  const run = runOf('console.log("begun")');
  run.stop();
  run.start();
  expect(await ending.end).toEqual({ state: 'stopped', exitCode: 0 });
  expect(said).toBe('');
});

test('cannot be paused, resumed or told to save, and says so', async () => {
  const run = runOf('');
  expect(() => {
    run.pause();
  }).toThrow('The run is a command of its own: it cannot be paused, only stopped.');
  expect(() => {
    run.resume();
  }).toThrow('it cannot be resumed');
  await expect(run.save()).rejects.toThrow('it cannot be told to save');
});
