import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderHints } from '../../../src/monitor/folder-hints.ts';
import { TemporaryLogdir } from './temporary-logdir.ts';

let root: TemporaryLogdir;
beforeEach(() => {
  root = new TemporaryLogdir();
});
afterEach(() => {
  root.remove();
});

it('gives hints of a folder that was made, or made anew, since', async () => {
  const folder = join(root.path, 'logs');
  let heard = 0;
  const hints = new FolderHints(folder, () => heard++);
  for (let round = 0; round < 2; round++) {
    mkdirSync(folder);
    hints.renew();
    const before = heard;
    root.appendBytes(join('logs', 'file'), new Uint8Array(1));
    await expect.poll(() => heard).toBeGreaterThan(before);
    rmSync(folder, { recursive: true });
    hints.renew();
  }
  hints.close();
});
