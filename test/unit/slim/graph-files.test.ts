/** A graph is loaded from TensorFlow's file system in memory: even a training that is killed leaves no file. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { noNative } from '../backends/graph/stepping.ts';

test.skipIf(noNative !== '')('a killed training leaves no temporary file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slim-graph-files-'));
  try {
    const script = join(import.meta.dirname, 'learning', 'long-training.ts');
    const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', script, '1000000000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        TMPDIR: folder,
        TMP: folder,
        TEMP: folder,
        TSX_DISABLE_CACHE: '1',
        SLIM_TEST_BACKEND: 'native',
      },
    });
    const ended = once(child, 'exit');
    const modes: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      modes.push(...(/^Training steps run in (\w+) mode/.exec(line)?.slice(1) ?? []));
      if (modes.length > 0) child.kill('SIGKILL');
    }
    await ended;
    expect(modes).toEqual(['graph']);
    expect(readdirSync(folder, { recursive: true })).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
