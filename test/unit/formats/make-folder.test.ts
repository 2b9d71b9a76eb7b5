import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, makeFolderSync } from '../../../src/formats/make-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slim-folder-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', (path: string) => Promise.resolve(path).then(makeFolderSync)],
])('%s', (_name, make) => {
  test('all missing folders are made, and making them again is no error', async () => {
    const folder = join(root, 'a', 'b', 'c');
    await make(folder);
    await make(folder);
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  test('two at once make the same folder', async () => {
    const folder = join(root, 'a', 'b', 'c');
    await Promise.all([make(folder), make(folder), make(join(root, 'a', 'b', 'd'))]);
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  test('a file in the way is an error that names it', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(make(join(root, 'file'))).rejects.toThrow(join(root, 'file'));
    await expect(make(join(root, 'file', 'below'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  test.runIf(process.platform === 'linux')(
    'a file system that takes no folders is an error, soon',
    async () => {
      await expect(make('/proc/slim/training')).rejects.toThrow('/proc/slim');
    },
  );
});
