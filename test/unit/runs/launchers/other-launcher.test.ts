import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../../../src/protocol/run.ts';
import type { RunSpec } from '../../../../src/protocol/run-spec.ts';
import type { Launched, Launcher } from '../../../../src/runs/launchers/launcher.ts';
import { launchedBy, launchedByEnvironment } from '../../../../src/runs/launchers/launched-by.ts';
import { LocalLauncher } from '../../../../src/runs/launchers/local-launcher.ts';
import { recordPath, runsFolder } from '../../../../src/runs/run-folder.ts';
import { writeRunRecord } from '../../../../src/runs/run-record.ts';
import { RunStore } from '../../../../src/runs/run-store.ts';

/** Runs are jobs of a batch system that has no processes: it knows them by their numbers. */
class BatchLauncher implements Launcher {
  readonly kind = 'batch';
  readonly jobs = new Set<number>();
  readonly said: string[] = [];

  async launch(spec: RunSpec, folder: string): Promise<void> {
    if (spec.kind !== 'command') throw new Error('The batch system runs commands only.');
    const job = this.jobs.size + 1;
    await write(folder, { state: 'running', command: spec.argv, cwd: spec.cwd, launched: { job } });
    this.jobs.add(job);
  }

  missing({ launched }: RunRecord): readonly (keyof RunRecord)[] {
    return isJob(launched) ? [] : ['launched'];
  }

  isAlive({ record }: Launched): Promise<boolean> {
    return Promise.resolve(this.jobs.has(jobOf(record)));
  }

  async interrupt({ folder, record }: Launched): Promise<void> {
    this.said.push(`interrupt ${jobOf(record)}`);
    await write(folder, { ...record, state: 'stopped', endedAt: 2 });
    this.jobs.delete(jobOf(record));
  }

  kill({ record }: Launched, force: boolean): Promise<void> {
    this.said.push(`${force ? 'kill' : 'end'} ${jobOf(record)}`);
    if (force) this.jobs.delete(jobOf(record));
    return Promise.resolve();
  }
}

function isJob(launched: unknown): launched is { readonly job: number } {
  return typeof launched === 'object' && launched !== null && 'job' in launched;
}

function jobOf({ launched }: RunRecord): number {
  return isJob(launched) ? launched.job : NaN;
}

async function write(folder: string, fields: Partial<RunRecord>): Promise<void> {
  const known = { id: basename(folder), name: 'sweep', launcher: 'batch', script: null, logdir: null };
  const said = { schemaVersion: 1, command: [], cwd: root, overrides: {}, hparams: {} } as const;
  const record: RunRecord = { ...said, ...known, state: 'running', startedAt: 1, ...fields };
  await writeRunRecord(recordPath(folder), record, () => true);
}

let root: string;
let batch: BatchLauncher;
let store: RunStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-batch-'));
  batch = new BatchLauncher();
  store = new RunStore([root], [new LocalLauncher({ path: 'slim-train.js' }), batch]);
  await store.start();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await store.dispose();
  await rm(root, { recursive: true });
});

const launch = (): Promise<{ folder: string; state: string }> =>
  store.launch({ kind: 'command', cwd: root, argv: ['python', 'train.py'], logdir: null }, 'batch');

test('what another launcher starts is followed, and interrupted where its socket does not answer', async () => {
  const { folder, state } = await launch();
  expect(state).toBe('running');
  expect(store.attempt(folder)?.record).toMatchObject({ launcher: 'batch', command: ['python', 'train.py'] });
  // Its socket does not answer: that it was launched from here is enough.
  expect(store.attempt(folder)?.wasReached).toBe(true);
  expect(await store.stop(folder)).toBe(true);
  expect(batch.said).toEqual(['interrupt 1']);
  expect(store.attempt(folder)?.state).toBe('stopped');
});

test('it is lost when its launcher says so', async () => {
  const { folder } = await launch();
  batch.jobs.clear();
  await expect.poll(() => store.attempt(folder)?.state).toBe('lost');
});

test('it is killed with more force when it goes on', async () => {
  const { folder } = await launch();
  expect(await store.kill(folder)).toBe(true);
  expect(batch.said).toEqual(['end 1', 'kill 1']);
  expect(store.attempt(folder)?.state).toBe('lost');
});

test('what it cannot start leaves nothing behind, and a launcher that is not there says which are', async () => {
  const spec = { kind: 'script', cwd: root, script: join(root, 'train.ts'), overrides: {} } as const;
  await expect(store.launch(spec, 'batch')).rejects.toThrow('runs commands only');
  await expect(store.launch(spec, 'slurm')).rejects.toThrow('no launcher slurm. There are: local, batch.');
  expect(store.attempts()).toEqual([]);
  expect(store.problems()).toEqual([]);
});

test('each launcher checks its own data in a record', async () => {
  const [jobless, processless] = ['a', 'b'].map(id => join(runsFolder(root), id));
  for (const folder of [jobless, processless]) await mkdir(folder ?? '', { recursive: true });
  await write(jobless ?? '', { launched: 'seven' });
  await write(processless ?? '', { launcher: 'local' });
  await expect(store.adopt(jobless ?? '')).rejects.toThrow(
    'is damaged: launched, by which the launcher batch',
  );
  await expect(store.adopt(processless ?? '')).rejects.toThrow(
    'is damaged: pid, by which the launcher local',
  );
});

test('of a launcher that is not known the record is believed, and nothing is signalled', async () => {
  const folder = join(runsFolder(root), 'a');
  await mkdir(folder, { recursive: true });
  // A process that is there, and one that is not: both are somebody else's business.
  for (const pid of [process.ppid, 2 ** 22 + 1]) {
    const processOf = { host: hostname(), pid, processStartTime: 'another boot:1842' };
    await write(folder, { launcher: 'slurm', launched: { job: 7 }, ...processOf });
    const { state, note } = await store.adopt(folder);
    expect(state).toBe('running');
    expect(note).toBe('The run was started by slurm, which this version does not know.');
    const kill = vi.spyOn(process, 'kill');
    await expect(store.kill(folder)).rejects.toThrow(
      'sweep was started by slurm, which this version does not know: end it there.',
    );
    expect(await store.stop(folder, 100)).toBe(false);
    expect(kill).not.toHaveBeenCalled();
  }
});

test('a record as older versions wrote it is read: its launcher has no data beside the process', async () => {
  const folder = join(runsFolder(root), 'old');
  await mkdir(folder, { recursive: true });
  const old = {
    schemaVersion: 1,
    id: 'old',
    name: 'old',
    launcher: 'local',
    host: hostname(),
    pid: 2 ** 22 + 1,
  };
  const rest = { processStartTime: 'never', state: 'running', startedAt: 1 };
  await writeFile(recordPath(folder), JSON.stringify({ ...old, ...rest }));
  expect((await store.adopt(folder)).state).toBe('lost');
});

test('a trainer hears from its environment who launched it', () => {
  const by = { launcher: 'batch', launched: { job: 7 } };
  expect(launchedBy(launchedByEnvironment(by))).toEqual(by);
  expect(launchedBy({})).toEqual({ launcher: 'local' });
});
