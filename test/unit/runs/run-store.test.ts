import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { recordPath, runsFolder } from '../../../src/runs/run-folder.ts';
import { groupAttempts } from '../../../src/runs/attempt-groups.ts';
import type { Attempt } from '../../../src/runs/followed-attempt.ts';
import { LocalLauncher } from '../../../src/runs/launchers/local-launcher.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { begunRecord } from './example-record.ts';

const launchers = [new LocalLauncher({ path: 'slim-train.js' })];

let root: string;
let store: RunStore;
let trainers: ChildProcess[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-store-'));
  store = new RunStore([root], launchers);
  trainers = [];
});

afterEach(async () => {
  await store.dispose();
  for (const trainer of trainers) await killed(trainer);
  await rm(root, { recursive: true });
});

async function killed(trainer: ChildProcess): Promise<void> {
  if (trainer.exitCode !== null || trainer.signalCode !== null) return;
  trainer.kill('SIGKILL');
  await once(trainer, 'exit');
}

function startTrainer(logdir: string, hearing: 'hears' | 'deaf' = 'hears'): ChildProcess {
  const script = join(import.meta.dirname, 'trainer-process.ts');
  const args = ['--import', 'tsx', script, root, join(root, logdir), hearing];
  const trainer = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  trainers.push(trainer);
  return trainer;
}

async function running(name: string): Promise<Attempt> {
  const found = (): Attempt | undefined =>
    store.attempts().find(({ record, state }) => record.name === name && state === 'running');
  await expect.poll(found).toBeDefined();
  const attempt = found();
  if (attempt === undefined) throw new Error(`${name} has ended`);
  return attempt;
}

async function writeRecord(id: string, change: Partial<RunRecord>): Promise<string> {
  const folder = join(runsFolder(root), id);
  await mkdir(folder, { recursive: true });
  await writeFile(recordPath(folder), JSON.stringify({ ...begunRecord, id, ...change }));
  return folder;
}

const stateOf = (folder: string) => () => store.attempt(folder)?.state;

test('a run that begins is found, followed, paused, resumed, told to save, and stopped', async () => {
  await store.start();
  let changes = 0;
  store.onDidChange(() => (changes += 1));
  const steps: number[] = [];
  store.onDidProgress(({ record }) => steps.push(record.progress?.step ?? NaN));
  startTrainer('logs/a');
  const { folder, record } = await running('a');
  expect(record.logdir).toBe(join(root, 'logs/a'));
  expect(store.attempts().map(attempt => attempt.folder)).toEqual([folder]);
  await expect.poll(() => changes).toBeGreaterThan(0);
  await expect.poll(() => steps.length).toBeGreaterThan(10);
  expect(store.attempt(folder)?.record.progress?.step).toBeGreaterThan(5);

  await store.pause(folder);
  await expect.poll(stateOf(folder)).toBe('paused');
  await store.resume(folder);
  await expect.poll(stateOf(folder)).toBe('running');
  const saved = await store.save(folder);
  expect(saved.path).toBe(`model.ckpt-${saved.step}`);

  expect(await store.stop(folder)).toBe(true);
  expect(store.attempt(folder)?.state).toBe('stopped');
  expect(store.attempt(folder)?.record.exitCode).toBe(0);
});

test('a store that comes later attaches to what runs', async () => {
  startTrainer('logs/a');
  const first = new RunStore([root], launchers);
  await first.start();
  await expect.poll(() => first.attempts()[0]?.state).toBe('running');
  await first.dispose();

  await store.start();
  const { folder } = await running('a');
  const steps: number[] = [];
  store.onDidProgress(({ record }) => steps.push(record.progress?.step ?? NaN));
  await expect.poll(() => steps.length).toBeGreaterThan(3);
  expect(await store.stop(folder)).toBe(true);
});

test('where it may only look it neither connects to a run nor tells it anything', async () => {
  let mayAct = false;
  await store.dispose();
  store = new RunStore([root], launchers, () => mayAct);
  await store.start();
  const trainer = startTrainer('logs/a');
  const { folder } = await running('a');
  let progressed = 0;
  store.onDidProgress(() => (progressed += 1));
  for (const act of ['stop', 'kill', 'pause', 'save'] as const)
    await expect(store[act](folder)).rejects.toThrow('This folder is not trusted');
  await new Promise(resolve => setTimeout(resolve, 1500));
  expect([progressed, trainer.exitCode]).toEqual([0, null]);
  mayAct = true;
  await expect.poll(() => progressed).toBeGreaterThan(3);
  expect(await store.stop(folder)).toBe(true);
});

test('where it may only look no log folder is outside of its own', async () => {
  let mayAct = false;
  await store.dispose();
  store = new RunStore([root], launchers, () => mayAct);
  await mkdir(join(root, 'logs'));
  const inside = { state: 'done', logdir: join(root, 'logs') } as const;
  const near = await writeRecord('20260101-000000-000-aaaaaa', { ...inside, overrides: {} });
  const linked = join(root, 'link');
  await symlink(tmpdir(), linked);
  const far = await Promise.all([
    writeRecord('20260101-000000-000-bbbbbb', { state: 'done', logdir: tmpdir(), overrides: {} }),
    writeRecord('20260101-000000-000-cccccc', { state: 'done', logdir: linked, overrides: {} }),
    writeRecord('20260101-000000-000-dddddd', { ...inside, overrides: { logdir: join(root, '..') } }),
  ]);
  await store.start();
  expect(store.attempt(near)?.record.logdir).toBe(inside.logdir);
  for (const folder of far) {
    expect(store.attempt(folder)).toMatchObject({
      record: { logdir: null, overrides: {} },
      note: expect.stringContaining('which is not trusted') as unknown,
    });
    expect(store.attempt(folder)?.record.overrides.logdir).toBe(undefined);
  }
  mayAct = true;
  await store.readAgain();
  expect(far.map(folder => store.attempt(folder)?.record.logdir)).toEqual([tmpdir(), linked, inside.logdir]);
});

test('attempts in one log folder are one run, under the id of the first', async () => {
  await store.start();
  startTrainer('logs/a');
  const { folder } = await running('a');
  await store.stop(folder);
  startTrainer('logs/b');
  const other = await running('b');
  startTrainer('logs/a');
  await running('a');
  const [again, second] = groupAttempts(store.attempts());
  expect(again?.id).toBe(store.attempt(folder)?.record.id);
  expect(again?.attempts.map(({ state }) => state)).toEqual(['stopped', 'running']);
  expect(second?.id).toBe(other.record.id);
});

test('a run that is killed is lost, though its record says that it runs', async () => {
  await store.start();
  const trainer = startTrainer('logs/a');
  const { folder } = await running('a');
  const onDisk = (): RunRecord => JSON.parse(readFileSync(recordPath(folder), 'utf8')) as RunRecord;
  // The socket is faster than the disk.
  await expect.poll(() => onDisk().name).toBe('a');
  await killed(trainer);
  await expect.poll(stateOf(folder)).toBe('lost');
  expect(['starting', 'running']).toContain(onDisk().state);
  expect(await store.stop(folder)).toBe(true);
  await expect(store.pause(folder)).rejects.toThrow('a is not running');
});

test('a run that does not stop is killed', async () => {
  await store.start();
  const trainer = startTrainer('logs/a', 'deaf');
  const { folder } = await running('a');
  expect(await store.stop(folder, 300)).toBe(false);
  expect(store.attempt(folder)?.state).toBe('stopping');
  const exit = once(trainer, 'exit');
  expect(await store.kill(folder)).toBe(true);
  expect(await exit).toEqual([null, 'SIGKILL']);
  expect(store.attempt(folder)?.state).toBe('lost');
});

test('where the socket is gone, a signal stops the run', async () => {
  await store.start();
  startTrainer('logs/a');
  const { folder, record } = await running('a');
  await store.dispose();
  await rm(record.control ?? '');
  store = new RunStore([root], launchers);
  await store.start();
  await expect.poll(stateOf(folder)).toBe('running');
  expect(await store.stop(folder)).toBe(true);
  expect(store.attempt(folder)?.state).toBe('stopped');
});

test('a record whose pid was given to another process is lost, and that process is left alone', async () => {
  const trainer = startTrainer('logs/a');
  await store.start();
  const { record } = await running('a');
  const stranger = { pid: record.pid ?? 0, host: hostname(), processStartTime: 'some other boot:1842' };
  const folder = await writeRecord('20260101-000000-000-abcdef', { ...stranger, state: 'running' });
  expect((await store.adopt(folder)).state).toBe('lost');
  expect(await store.kill(folder)).toBe(true);
  expect(trainer.exitCode ?? trainer.signalCode).toBe(null);
});

test('a silent record of another machine is lost; a fresh one is not, and cannot be killed from here', async () => {
  const folder = await writeRecord('20260101-000000-000-aaaaaa', { host: 'elsewhere', state: 'running' });
  expect((await store.adopt(folder)).state).toBe('running');
  await expect(store.kill(folder)).rejects.toThrow('on elsewhere');
  const old = join(runsFolder(root), 'copy');
  await cp(folder, old, { recursive: true });
  await utimes(recordPath(old), new Date(0), new Date(0));
  expect((await store.adopt(old)).state).toBe('lost');
});

test.each([0, -1, 1.5])('a record of process %d is damaged', async pid => {
  const folder = await writeRecord('20260101-000000-000-aaaaaa', { host: hostname(), pid, state: 'running' });
  await expect(store.adopt(folder)).rejects.toThrow('run.json is damaged: pid, by which');
});

test.runIf(process.platform !== 'win32')('a record of process 1 is shown, and kills nobody', async () => {
  const one = { host: hostname(), pid: 1, processStartTime: null };
  const folder = await writeRecord('20260101-000000-000-aaaaaa', { ...one, state: 'running' });
  expect((await store.adopt(folder)).state).toBe('running');
  const kill = vi.spyOn(process, 'kill').mockImplementation((_, signal) => {
    if (signal !== 0) throw new Error('somebody would have been signalled');
    return true;
  });
  try {
    await expect(store.kill(folder)).rejects.toThrow("names process 1, the system's first");
    expect(kill).toHaveBeenCalled();
  } finally {
    kill.mockRestore();
  }
});

test('a broken record is a problem, and hides no other', async () => {
  await writeRecord('20260101-000000-000-aaaaaa', { state: 'done' });
  const broken = join(runsFolder(root), '20260101-000000-000-bbbbbb');
  await mkdir(broken);
  await writeFile(recordPath(broken), '{"schemaVersion": 1,');
  await store.start();
  expect(store.attempts().map(({ state }) => state)).toEqual(['done']);
  expect(store.problems()).toEqual([
    { folder: broken, message: expect.stringContaining('is not JSON') as unknown },
  ]);
});

test('a run folder that is deleted is forgotten', async () => {
  const folder = await writeRecord('20260101-000000-000-aaaaaa', { state: 'done' });
  await store.start();
  expect(store.attempts()).toHaveLength(1);
  await rm(folder, { recursive: true });
  await expect.poll(() => store.attempts()).toEqual([]);
});

test('other roots show other runs', async () => {
  await writeRecord('20260101-000000-000-aaaaaa', { state: 'done' });
  await store.start();
  const elsewhere = join(root, 'elsewhere');
  await mkdir(elsewhere);
  await store.setRoots([elsewhere]);
  expect(store.attempts()).toEqual([]);
  await store.setRoots([root, elsewhere]);
  expect(store.attempts()).toHaveLength(1);
});

test('a root that is added is read and watched, stays when others change, and disturbs none', async () => {
  const done = await writeRecord('20260101-000000-000-aaaaaa', { state: 'done' });
  await store.start();
  const elsewhere = await mkdtemp(join(tmpdir(), 'slim-store-'));
  try {
    await cp(done, join(runsFolder(elsewhere), 'copy'), { recursive: true });
    const before = store.attempt(done);
    await store.addRoot(elsewhere);
    expect(store.attempts()).toHaveLength(2);
    expect(store.attempt(done)).toBe(before);
    await store.setRoots([]);
    expect(store.attempts().map(({ folder }) => folder)).toEqual([join(runsFolder(elsewhere), 'copy')]);
    await cp(done, join(runsFolder(elsewhere), 'later'), { recursive: true });
    await expect.poll(() => store.attempts().length).toBe(2);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
