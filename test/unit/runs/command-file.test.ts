import { mkdtemp, rm } from 'node:fs/promises';
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
