import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { recordPath, runsFolder } from '../../../src/runs/run-folder.ts';
import { writeRunRecord } from '../../../src/runs/run-record.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { begunRecord } from './example-record.ts';

/** Watching that tells nothing, as it does where the file system cannot be watched. */
vi.mock('../../../src/runs/record-watch.ts', () => ({
  RecordWatch: class {
    readonly ready = Promise.resolve();
    readonly close = (): Promise<void> => Promise.resolve();
  },
}));

test('a run whose record no watcher tells of is found all the same', async () => {
  const root = await mkdtemp(join(tmpdir(), 'slim-untold-'));
  const store = new RunStore([root], []);
  try {
    await store.start();
    const folder = join(runsFolder(root), 'a');
    await mkdir(folder, { recursive: true });
    await mkdir(join(runsFolder(root), 'without-record'));
    await writeRunRecord(recordPath(folder), { ...begunRecord, state: 'done' }, () => true);
    await expect.poll(() => store.attempt(folder)?.state, { timeout: 10_000 }).toBe('done');
    expect(store.problems()).toEqual([]);
  } finally {
    await store.dispose();
    await rm(root, { recursive: true });
  }
});
