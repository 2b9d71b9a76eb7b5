import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunList, type LogReader } from '../../../src/catalog/run-list.ts';
import { RunMarks } from '../../../src/catalog/run-marks.ts';
import { runsCommand } from '../../../src/cli/runs-command.ts';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { stateOf } from '../../../src/runs/attempt-groups.ts';
import { processStartTime } from '../../../src/runs/process-identity.ts';
import { recordPath, runsFolder } from '../../../src/runs/run-folder.ts';
import { LocalLauncher } from '../../../src/runs/launchers/local-launcher.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { attempt } from '../catalog/attempts.ts';

const noLogs: LogReader = {
  watch: () => undefined,
  unwatch: () => undefined,
  summary: () => undefined,
  onSummary: () => ({ dispose: () => undefined }),
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-runs-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

async function write(fields: Partial<RunRecord> & Pick<RunRecord, 'id'>): Promise<void> {
  const folder = join(runsFolder(root), fields.id);
  await mkdir(folder, { recursive: true });
  await writeFile(recordPath(folder), JSON.stringify(attempt({ cwd: root, ...fields }).record));
}

/** What `slim-train runs` says there, a line each: name, state, attempts and log folder. */
async function linesOfCommand(): Promise<(string | number)[][]> {
  let text = '';
  vi.spyOn(process, 'cwd').mockReturnValue(root);
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    text += String(chunk);
    return true;
  });
  expect(await runsCommand([])).toBe(0);
  vi.restoreAllMocks();
  return text
    .trimEnd()
    .split('\n')
    .map(line => {
      const [name = '', state = '', ...others] = line.split('  ');
      const last = others.at(-1) ?? '';
      const attempts = Number(/ (\d+) attempts /.exec(line)?.[1] ?? 1);
      return [name, state, attempts, last.startsWith(root) ? last : ''];
    });
}

/** The same of the list that the run view shows. */
async function linesOfList(): Promise<(string | number)[][]> {
  const store = new RunStore([root], [new LocalLauncher({ path: 'slim-train.js' })]);
  await store.start();
  const marks = new RunMarks({ get: () => undefined, update: () => Promise.resolve() });
  const list = new RunList(store, noLogs, () => ({ dispose: () => undefined }), marks);
  list.setForeignLogdirs([join(root, 'keras/lost')], true);
  const ours = list.runs().filter(({ attempts }) => attempts.length > 0);
  const lines = ours.map(run => [run.name, stateOf(run) ?? '', run.attempts.length, run.logdir ?? '']);
  list.dispose();
  await store.dispose();
  return lines;
}

test('the command line and the run view speak of the same runs, by the same names, in the same states', async () => {
  const here = { host: hostname(), pid: process.pid };
  const living = {
    ...here,
    state: 'running',
    processStartTime: (await processStartTime(process.pid)) ?? null,
  } as const;
  const logdir = join(root, 'logs/lenet');
  // It lives, and a second start into its log folder failed.
  await write({ id: 'live', name: 'lenet', logdir, startedAt: 1, ...living });
  await write({ id: 'second', name: 'lenet', logdir, startedAt: 9, state: 'failed' });
  // The same script failed at import, before it could say its log folder.
  await write({ id: 'early', name: 'train', logdir: null, startedAt: 8, state: 'failed' });
  // Told from outside where to train, and has not said it yet.
  const overrides = { logdir: join(root, 'logs/set') };
  await write({ id: 'set', name: 'set', script: 'b.ts', logdir: null, overrides, startedAt: 2 });
  await write({ id: 'again', name: 'set', script: 'b.ts', logdir: overrides.logdir, startedAt: 7 });
  // No log folder at all, of another script.
  await write({ id: 'none', name: 'none', script: 'c.ts', logdir: null, startedAt: 6, state: 'failed' });
  // One name, two log folders.
  await write({ id: 'a', name: 'train', script: 'd.ts', logdir: join(root, 'a/train'), startedAt: 4 });
  await write({ id: 'b', name: 'train', script: 'd.ts', logdir: join(root, 'b/train'), startedAt: 5 });
  // Its process is gone. Another program's log folder has that name, too.
  const gone = { ...living, processStartTime: 'another boot:1842' };
  await write({
    id: 'lost',
    name: 'lost',
    script: 'e.ts',
    logdir: join(root, 'lost'),
    startedAt: 3,
    ...gone,
  });

  const lines = await linesOfCommand();
  expect(lines).toEqual([
    ['lenet', 'running', 3, logdir],
    ['set', 'done', 2, overrides.logdir],
    ['none', 'failed', 1, ''],
    ['b/train', 'done', 1, join(root, 'b/train')],
    ['a/train', 'done', 1, join(root, 'a/train')],
    ['lost', 'lost', 1, join(root, 'lost')],
  ]);
  expect(await linesOfList()).toEqual(lines);
});
