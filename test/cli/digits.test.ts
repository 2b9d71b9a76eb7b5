/** The example of the digits, run as its reader runs it, on both backends: it says TF-Slim's lines and keeps its promise. */

import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workspace } from './slim-train.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/digits');

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
  await cp(EXAMPLE, join(workspace.folder, 'digits'), { recursive: true });
});
afterAll(() => workspace.remove());

test.each(['native', 'embedded'])(
  'reaches the accuracy that its README promises, on the %s backend',
  { timeout: 180_000 },
  async backend => {
    const logdir = join(workspace.folder, backend);
    const { exitCode, stdout, stderr } = await workspace.run(
      ...['run', 'digits/train.ts', '--backend', backend, '--logdir', logdir],
    );
    expect(exitCode, stdout + stderr).toBe(0);
    const steps = stdout.matchAll(/^global step (\d+): loss = \d+\.\d{4} \(\d+\.\d{3} sec\/step\)$/gm);
    expect(Array.from(steps, ([, step]) => Number(step))).toEqual(
      Array.from({ length: 100 }, (_, i) => 10 * (i + 1)),
    );
    const promised = /reaches (\d+) %/.exec(await readFile(join(EXAMPLE, 'README.md'), 'utf8'))?.[1];
    const reached = /^Accuracy on the digits held out: (\d+\.\d+) %$/m.exec(stdout)?.[1];
    expect(Number(reached)).toBeGreaterThanOrEqual(Number(promised));
  },
);
