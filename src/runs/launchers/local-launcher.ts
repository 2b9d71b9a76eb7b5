/** Trainers on this machine: processes that outlive whoever started them. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunRecord } from '../../protocol/run.ts';
import type { RunSpec } from '../../protocol/run-spec.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { consolePath, recordPath } from '../run-folder.ts';
import { interrupt, signalGroup } from '../signal-process.ts';
import type { Launched, Launcher } from './launcher.ts';
import { chooseNode, trainerEnvironment } from './node-executable.ts';
import { trainerArguments } from './trainer-arguments.ts';

export interface LocalTrainer {
  /** Absolute path of `slim-train.js`. */
  readonly path: string;
  /** The user's choice of Node for that run; undefined: one is found. */
  readonly nodeFor?: (spec: RunSpec) => string | undefined;
}

const LONGEST_START_MS = 30_000;

/** A trainer renews its record at least every 15 seconds: one on another machine that has not is gone. */
const REMOTE_SILENCE_MS = 120_000;

/** Its own in a record: `host`, `pid` and `processStartTime`. A folder may be shared with other machines. */
export class LocalLauncher implements Launcher {
  readonly kind = 'local';
  readonly #trainer: LocalTrainer;

  constructor(trainer: LocalTrainer) {
    this.#trainer = trainer;
  }

  /** Rejects with the end of the trainer's console when it ended before it wrote its record. */
  async launch(spec: RunSpec, folder: string): Promise<void> {
    const node = await chooseNode(this.#trainer.nodeFor?.(spec));
    const console = await open(consolePath(folder), 'a');
    try {
      const child = spawn(node.path, [this.#trainer.path, ...trainerArguments(spec, folder)], {
        cwd: spec.cwd,
        env: { ...trainerEnvironment(), ...node.env, ...(spec.kind === 'command' ? spec.env : {}) },
        detached: true,
        stdio: ['ignore', console.fd, console.fd],
        windowsHide: true,
      });
      child.unref();
      await hasStarted(child, folder);
    } finally {
      await console.close();
    }
  }

  missing({ pid }: RunRecord): readonly (keyof RunRecord)[] {
    return pid === undefined || !Number.isSafeInteger(pid) || pid < 1 ? ['pid'] : [];
  }

  async isAlive({ folder, record }: Launched): Promise<boolean> {
    if (isHere(record)) return isAlive(identityOf(record));
    const renewed = await stat(recordPath(folder)).catch(() => undefined);
    return renewed !== undefined && Date.now() - renewed.mtimeMs < REMOTE_SILENCE_MS;
  }

  /** By SIGINT. */
  async interrupt({ record }: Launched): Promise<void> {
    if (isHere(record)) await interrupt(identityOf(record));
  }

  /** By SIGTERM, or SIGKILL, to the process and all that it started. */
  async kill({ record }: Launched, force: boolean): Promise<void> {
    if (!isHere(record))
      throw new Error(`The run is on ${record.host ?? 'another machine'}: end its process there.`);
    await signalGroup(identityOf(record), force ? 'SIGKILL' : 'SIGTERM');
  }
}

function isHere({ host }: RunRecord): boolean {
  return host === hostname();
}

/** No process has the number 0. */
function identityOf({ pid = 0, processStartTime = null }: RunRecord): ProcessIdentity {
  return { pid, processStartTime };
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
