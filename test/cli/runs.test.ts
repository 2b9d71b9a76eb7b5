import { afterEach, beforeEach, expect, test } from 'vitest';
import { lineScript } from './line-script.ts';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

test('runs are listed with state, step and log folder, the newest first', async () => {
  expect((await workspace.run('runs')).stdout).toBe('No run was started in this folder.\n');
  await workspace.write('train.ts', lineScript());
  await workspace.write('broken.ts', 'throw new Error("no");');
  await workspace.run('run', 'train.ts', '--steps=10');
  await workspace.run('run', 'broken.ts');
  await workspace.run('run', 'train.ts', '--steps=20');
  const { exitCode, stdout } = await workspace.run('runs');
  expect(exitCode).toBe(0);
  const [line = '', broken = ''] = stdout.split('\n');
  expect(line).toMatch(
    /^line {2}done {2}step 20 \/ 20 {2}loss \S+ {2}2 attempts .* train\.ts {2}.*logs\/line$/,
  );
  expect(broken).toMatch(/^broken {2}failed .* broken\.ts$/);
});
