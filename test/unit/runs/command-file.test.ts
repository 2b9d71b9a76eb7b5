import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaveCommand, takeCommands } from '../../../src/runs/command-file.ts';

test('a command that was left is taken once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slim-commands-'));
  try {
    expect(await takeCommands(folder)).toEqual([]);
    await leaveCommand(folder, 'save');
    await leaveCommand(folder, 'stop');
    expect((await takeCommands(folder)).toSorted()).toEqual(['save', 'stop']);
    expect(await takeCommands(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.runIf(process.platform !== 'win32')('a link in the place of a command leads nowhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slim-commands-'));
  try {
    const [run, victim] = [join(folder, 'run'), join(folder, 'victim.txt')];
    await writeFile(victim, 'precious');
    await mkdir(join(run, 'commands'), { recursive: true });
    await symlink(victim, join(run, 'commands', 'stop'));
    await symlink(join(folder, 'new.txt'), join(run, 'commands', 'save'));
    await leaveCommand(run, 'stop');
    await leaveCommand(run, 'save');
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect((await readdir(folder)).toSorted()).toEqual(['run', 'victim.txt']);
    await rm(join(run, 'commands'), { recursive: true });
    await symlink(folder, join(run, 'commands'));
    await expect(leaveCommand(run, 'stop')).rejects.toThrow('is a link: no command is left there');
    expect((await readdir(folder)).toSorted()).toEqual(['run', 'victim.txt']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
