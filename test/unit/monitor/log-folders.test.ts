import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLogFolders } from '../../../src/monitor/log-folders.ts';
import { watchLogdirs } from '../../../src/monitor/logdir-watch.ts';
import { scalar, TemporaryLogdir } from './temporary-logdir.ts';

let root: TemporaryLogdir;
beforeEach(() => {
  root = new TemporaryLogdir();
});
afterEach(() => {
  root.remove();
});

const EVENTS = 'events.out.tfevents.1';
const addRun = (folder: string): void => {
  root.append(join(folder, EVENTS), scalar('loss', 1, 1));
};
const found = async (): Promise<string[]> =>
  (await findLogFolders(root.path)).map(path => path.slice(root.path.length));

describe('findLogFolders', () => {
  it('finds event files and checkpoints at any depth', async () => {
    addRun('a');
    addRun('b/c/d');
    root.appendBytes('e/model.ckpt-3.index', new Uint8Array(1));
    root.appendBytes('f/site.index', new Uint8Array(1));
    expect(await found()).toEqual(['/a', '/b/c/d', '/e']);
  });

  it('finds the root itself', async () => {
    addRun('.');
    expect(await found()).toEqual(['']);
  });

  it('takes train and validation for parts of the run above them', async () => {
    addRun('keras/train');
    addRun('keras/validation');
    addRun('runs/first');
    addRun('runs/first/eval_holdout');
    expect(await found()).toEqual(['/keras', '/runs/first']);
  });

  it('does not go where no runs are', async () => {
    for (const folder of ['node_modules/x', '.git/x', '.venv/x', 'a/site-packages/x']) addRun(folder);
    mkdirSync(join(root.path, 'linked'));
    symlinkSync(root.path, join(root.path, 'linked', 'loop'));
    expect(await found()).toEqual([]);
  });

  it('finds nothing where nothing is', async () => {
    rmSync(root.path, { recursive: true });
    expect(await findLogFolders(root.path)).toEqual([]);
  });
});

describe('watchLogdirs', () => {
  it('tells what is there and what comes', async () => {
    addRun('a');
    const told: (readonly string[])[] = [];
    const watching = watchLogdirs(root.path, logdirs => told.push(logdirs));
    await expect.poll(() => told.at(-1)).toEqual([join(root.path, 'a')]);
    addRun('runs/b');
    await expect.poll(() => told.at(-1)).toEqual([join(root.path, 'a'), join(root.path, 'runs', 'b')]);
    watching.dispose();
  });
});
