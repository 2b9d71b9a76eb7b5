/** Starts a trainer on this machine that outlives whoever started it. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import type { RunOverrides } from '../../protocol/training-host.ts';
import { chooseNode, trainerEnvironment } from './node-executable.ts';
import { consolePath, createRunFolder, recordPath } from '../run-folder.ts';
import { trainerArguments } from './trainer-arguments.ts';

export interface LaunchRequest {
  /** The folder that the run is started from: `.slim/runs` is in it, relative paths start at it. */
  readonly cwd: string;
  /** Absolute path of the training script. */
  readonly script: string;
  /** Absolute path of `slim-train.js`. */
  readonly trainer: string;
  readonly overrides?: RunOverrides;
  readonly backend?: 'native' | 'embedded';
  readonly name?: string;
  /** The user's choice of Node; undefined: the launcher finds one. */
  readonly node?: string;
}

const LONGEST_START_MS = 30_000;

/**
 * Resolves to the run folder once the trainer has written its record there. Rejects with the end of its console when
 * it ended before that.
 */
export async function launchLocalRun(request: LaunchRequest): Promise<string> {
  const node = await chooseNode(request.node);
  const folder = await createRunFolder(request.cwd);
  const console = await open(consolePath(folder), 'a');
  try {
    const child = spawn(node.path, [request.trainer, ...trainerArguments(specOf(request), folder)], {
      cwd: request.cwd,
      env: { ...trainerEnvironment(), ...node.env },
      detached: true,
      stdio: ['ignore', console.fd, console.fd],
      windowsHide: true,
    });
    child.unref();
    await hasStarted(child, folder);
    return folder;
  } finally {
    await console.close();
  }
}

function specOf({ cwd, script, overrides = {}, backend, name }: LaunchRequest): ScriptSpec {
  return {
    kind: 'script',
    cwd,
    script,
    overrides,
    ...(backend === undefined ? {} : { backend }),
    ...(name === undefined ? {} : { name }),
  };
}

async function hasStarted(child: ChildProcess, folder: string): Promise<void> {
  const ended = new AbortController();
  const end = once(child, 'exit', { signal: ended.signal }).then(() => true);
  const longest = Date.now() + LONGEST_START_MS;
  try {
    for (let isOver = false; ;) {
      if (await exists(recordPath(folder))) return;
      if (isOver) throw await startFailure(folder);
      if (Date.now() > longest) {
        throw new Error(
          `The trainer (process ${child.pid}) has not begun within ${LONGEST_START_MS / 1000} s.`,
        );
      }
      isOver = await Promise.race([end, delay(30, false)]);
    }
  } finally {
    ended.abort();
    end.catch(() => undefined);
  }
}

async function startFailure(folder: string): Promise<Error> {
  const text = await readFile(consolePath(folder), 'utf8').catch(() => '');
  const tail = text.trimEnd().split('\n').slice(-20).join('\n');
  await rm(folder, { recursive: true, force: true });
  return new Error(tail === '' ? 'The trainer ended at once and said nothing.' : tail);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
