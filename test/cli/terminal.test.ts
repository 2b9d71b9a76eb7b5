import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consolePath, runsFolder } from '../../src/runs/run-folder.ts';
import { lineScript } from './line-script.ts';
import { trainer, Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

const CLEAR_LINE = '\r\u001b[2K';

/** util-linux's script(1) gives a program a terminal. */
const onTerminal = test.runIf(process.platform === 'linux' && existsSync('/usr/bin/script'));

onTerminal('a bar is drawn below the lines, and neither gets into console.log', async () => {
  await workspace.write('train.ts', lineScript({ atStep: 'await pause(20);' }));
  const command = `stty cols 100; '${process.execPath}' '${trainer}' run train.ts`;
  const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: workspace.folder });
  let screen = '';
  child.stdout.on('data', (text: Buffer) => (screen += text.toString()));
  const [exitCode] = (await once(child, 'close')) as [number];
  expect(exitCode).toBe(0);
  const pieces = screen.split(CLEAR_LINE);
  const drawings = pieces.filter(text => text.startsWith('['));
  expect(drawings.length).toBeGreaterThan(3);
  expect(drawings.at(-1)).toMatch(/^\[=+ *\] \d+\/40 {2}loss \S+ {2}\S+ steps\/s {2}\ds left$/);
  const shown = pieces.map(piece => (piece.startsWith('[') ? '' : piece)).join('');
  expect(shown).toMatch(/^global step 40: loss = \d\.\d{4} \(\d\.\d{3} sec\/step\)\r$/m);
  const { id } = await workspace.onlyRecord();
  const log = await readFile(consolePath(join(runsFolder(workspace.folder), id)), 'utf8');
  expect(log).toBe(shown.replaceAll('\r\n', '\n'));
});
