import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunFolder, newRunId, runsFolder } from '../../../src/runs/run-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-folder-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('ids sort by time and are unique within a millisecond', () => {
  const times = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'];
  const ids = times.map(time => newRunId(new Date(time)));
  expect(ids[1]).toMatch(/^20260101-000000-000-[0-9a-f]{6}$/);
  expect(ids.toSorted()).toEqual(ids);
  const now = new Date();
  expect(new Set(Array.from({ length: 100 }, () => newRunId(now))).size).toBe(100);
});

test('a run folder is made where runs are looked for, and git ignores all of them', async () => {
  const folder = await createRunFolder(root);
  expect(dirname(folder)).toBe(runsFolder(root));
  expect((await stat(folder)).isDirectory()).toBe(true);
  expect(await readFile(join(root, '.slim', '.gitignore'), 'utf8')).toBe('*\n');
});

test("a .gitignore that is the user's own stays", async () => {
  await createRunFolder(root);
  await writeFile(join(root, '.slim', '.gitignore'), 'mine\n');
  await createRunFolder(root);
  expect(await readFile(join(root, '.slim', '.gitignore'), 'utf8')).toBe('mine\n');
});

test('where nothing can be written, the error says what to do', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await expect(createRunFolder(file)).rejects.toThrow(
    /^No run can be recorded in .*file \(ENOTDIR.*\)\. Start it in a folder that can be written\.$/,
  );
});
