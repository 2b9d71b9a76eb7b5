import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { groupAttempts } from '../../src/runs/attempt-groups.ts';
import type { ScriptSpec } from '../../src/protocol/run-spec.ts';
import type { RunOverrides } from '../../src/protocol/training-host.ts';
import { isAlive } from '../../src/runs/process-identity.ts';
import { consolePath, recordPath, runsFolder } from '../../src/runs/run-folder.ts';
import { launchedByEnvironment } from '../../src/runs/launchers/launched-by.ts';
import { LocalLauncher } from '../../src/runs/launchers/local-launcher.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { lineScript } from './line-script.ts';
import { trainer, Workspace } from './slim-train.ts';

let workspace: Workspace;
let store: RunStore;

beforeEach(async () => {
  workspace = await Workspace.create();
  store = new RunStore([workspace.folder], [new LocalLauncher({ path: trainer })]);
  await store.start();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(store.attempts().map(({ folder }) => store.kill(folder)));
  await store.dispose();
  await workspace.remove();
});

const specOf = (script: string, overrides: RunOverrides = {}): ScriptSpec => ({
  kind: 'script',
  cwd: workspace.folder,
  script,
  overrides,
});

const launch = async (text: string, overrides: RunOverrides = {}): Promise<string> => {
  const script = await workspace.write('train.ts', text);
  return (await store.launch(specOf(script, overrides))).folder;
};

const SLOWLY = 'await pause(20);';

test('a launched run is its own process: followed, saved, stopped, and run again into the same run', async () => {
  const folder = await launch(lineScript({ steps: 5000, atStep: SLOWLY }), {
    hparams: { learningRate: '-0.001' },
  });
  const steps: number[] = [];
  store.onDidProgress(stepped => steps.push(stepped.record.progress?.step ?? NaN));
  await expect.poll(() => store.attempt(folder)?.state).toBe('running');
  await expect.poll(() => steps.length).toBeGreaterThan(5);
  const saved = await store.save(folder);
  expect(await workspace.checkpoints('logs/line')).toEqual([saved.step]);
  expect(await store.stop(folder)).toBe(true);
  expect(store.attempt(folder)).toMatchObject({
    state: 'stopped',
    record: { name: 'line', logdir: join(workspace.folder, 'logs/line') },
  });
  const { pid = 0, processStartTime = null } = store.attempt(folder)?.record ?? {};
  await expect.poll(() => isAlive({ pid, processStartTime })).toBe(false);
  const step = store.attempt(folder)?.record.progress?.step ?? 0;
  expect(step).toBeGreaterThanOrEqual(saved.step);
  const text = await readFile(consolePath(folder), 'utf8');
  expect(text.split('Backend: ')).toHaveLength(2);
  expect(text).toContain('Stopping Training.');

  const again = await launch(lineScript({ steps: 5000, atStep: SLOWLY }), { numberOfSteps: step + 3 });
  const runs = (): string[][] =>
    groupAttempts(store.attempts()).map(({ attempts }) => attempts.map(attempt => attempt.folder));
  await expect.poll(runs).toEqual([[folder, again]]);
  await expect.poll(() => store.attempt(again)?.state).toBe('done');
  expect(store.attempt(again)?.record).toMatchObject({ startStep: step, progress: { step: step + 3 } });
});

test('a paused run waits, and goes on', async () => {
  const folder = await launch(lineScript({ steps: 5000, atStep: SLOWLY }));
  await expect.poll(() => store.attempt(folder)?.state).toBe('running');
  await store.pause(folder);
  await expect.poll(() => store.attempt(folder)?.state).toBe('paused');
  let step: number | undefined;
  // What was under way when it paused may still arrive.
  const isAtRest = async (): Promise<boolean> => {
    step = store.attempt(folder)?.record.progress?.step;
    await new Promise(wait => setTimeout(wait, 300));
    return store.attempt(folder)?.record.progress?.step === step;
  };
  await expect.poll(isAtRest).toBe(true);
  await store.resume(folder);
  await expect.poll(() => store.attempt(folder)?.record.progress?.step).toBeGreaterThan(step ?? 0);
  expect(await store.stop(folder)).toBe(true);
});

test('a script that fails is a failed run, with the message in its record and its console', async () => {
  const folder = await launch('throw new Error("no digits here");');
  await expect.poll(() => store.attempt(folder)?.state).toBe('failed');
  expect(store.attempt(folder)?.record.failure?.message).toBe('no digits here');
  expect(await readFile(consolePath(folder), 'utf8')).toContain('no digits here');
});

test('a command is launched, found and stopped as a script is, with its own environment', async () => {
  const text = `process.on('SIGINT', () => process.exit(0)); console.log(process.env.MOOD, process.env.SLIM_LOGDIR);
    setInterval(() => 0, 1000);`;
  const logdir = join(workspace.folder, 'logs/b');
  const argv = [process.execPath, '-e', text] as const;
  const spec = { kind: 'command', cwd: workspace.folder, argv, env: { MOOD: 'cheerful' }, logdir } as const;
  const { folder } = await store.launch(spec);
  await expect
    .poll(() => readFile(consolePath(folder), 'utf8'), { timeout: 10_000 })
    .toBe(`cheerful ${logdir}\n`);
  await expect.poll(() => store.attempt(folder)?.state).toBe('running');
  expect(store.attempt(folder)).toMatchObject({
    record: { name: 'b', script: null, command: argv, logdir },
  });
  await expect(store.pause(folder)).rejects.toThrow('it cannot be paused, only stopped');
  expect(await store.stop(folder)).toBe(true);
  expect(store.attempt(folder)?.state).toBe('stopped');
  expect(await readFile(recordPath(folder), 'utf8')).not.toContain('cheerful');
});

test('a command that does not mind any signal is killed with its trainer', async () => {
  const text = `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => 0);
    console.log('up', process.pid); setInterval(() => 0, 1000);`;
  const argv = [process.execPath, '-e', text] as const;
  const { folder } = await store.launch({ kind: 'command', cwd: workspace.folder, argv, logdir: null });
  const said = (): Promise<string> => readFile(consolePath(folder), 'utf8');
  await expect.poll(said, { timeout: 10_000 }).toMatch(/^up \d+\n/);
  const pid = Number(/\d+/.exec(await said())?.[0]);
  expect(await store.stop(folder, 500)).toBe(false);
  expect(await store.kill(folder)).toBe(true);
  await expect.poll(() => isAlive({ pid, processStartTime: null })).toBe(false);
}, 30_000);

test('a trainer records which launcher it has a run folder from; what is started by hand inside it is local', async () => {
  await workspace.write('train.ts', 'throw new Error("no digits here");');
  const by = { launcher: 'batch', launched: { job: 7 } };
  vi.stubEnv('SLIM_LAUNCHED_BY', launchedByEnvironment(by)['SLIM_LAUNCHED_BY']);
  await workspace.run('run', 'train.ts', `--run-folder=${join(runsFolder(workspace.folder), '1')}`);
  await workspace.run('run', 'train.ts');
  const [given, own] = await workspace.records();
  expect(given).toMatchObject(by);
  expect(own?.launcher).toBe('local');
  expect(own?.launched).toBeUndefined();
});

test('what cannot even begin is an error of the launch, and no run', async () => {
  const script = join(workspace.folder, 'nowhere.ts');
  await expect(store.launch(specOf(script))).rejects.toThrow(`There is no script ${script}.`);
  const lost = new LocalLauncher({ path: join(workspace.folder, 'slim-train.js') });
  const other = new RunStore([workspace.folder], [lost]);
  await expect(other.launch(specOf(script))).rejects.toThrow('Cannot find module');
  const gone = new LocalLauncher({ path: trainer, nodeFor: ({ cwd }) => join(cwd, 'node') });
  await expect(new RunStore([workspace.folder], [gone]).launch(specOf(script))).rejects.toThrow(
    'does not run (ENOENT)',
  );
  expect(await readdir(runsFolder(workspace.folder))).toEqual([]);
  expect(store.attempts()).toEqual([]);
});
