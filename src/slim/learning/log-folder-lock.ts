import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processExists } from '../../formats/process-exists.ts';

/** How often a writer shows that it lives, and how long without a sign of life makes its lock stale. */
const HEARTBEAT_MS = 10_000;
const STALE_MS = 60_000;
/** How long a lock may have nothing in it that could be read, because it is being written. */
const WRITING_MS = 1_000;

interface LockContent {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Says that this process, and no other, trains into a log folder: the file `train.lock` in it. A lock whose process is
 * gone, or which showed no life for a minute (a process killed on another machine), is taken over.
 */
export class LogFolderLock {
  readonly #path: string;
  readonly #id: string;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string, id: string) {
    this.#path = path;
    this.#id = id;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  /** @throws Error naming the other process when one trains into the folder. */
  static async acquire(logdir: string): Promise<LogFolderLock> {
    const path = join(logdir, 'train.lock');
    const content: LockContent = { id: randomUUID(), pid: process.pid, host: hostname() };
    for (;;) {
      try {
        await writeFile(path, `${JSON.stringify(content)}\n`, { flag: 'wx' });
        return new LogFolderLock(path, content.id);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      await removeIfStale(path, logdir);
    }
  }

  /** @throws Error when another process took the folder over meanwhile. */
  async check(): Promise<void> {
    const holder = await readLock(this.#path);
    if (holder !== null && holder.id !== this.#id) {
      throw new Error(
        `Process ${holder.pid} on ${holder.host} took over ${this.#path}: this one must not write there any more.`,
      );
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    if ((await readLock(this.#path))?.id === this.#id) await rm(this.#path, { force: true });
  }
}

async function removeIfStale(path: string, logdir: string): Promise<void> {
  const holder = await readLock(path);
  const age = await ageOf(path);
  if (holder === null && age < WRITING_MS) {
    await sleep(WRITING_MS / 10);
    return;
  }
  if (holder !== null && age <= STALE_MS && (holder.host !== hostname() || processExists(holder.pid))) {
    throw new Error(
      `Another process trains into ${logdir}: ${holder.pid} on ${holder.host}. Stop it, or choose another log folder. ` +
        `If it does not exist any more, delete ${path}.`,
    );
  }
  await rm(path, { force: true });
}

/** Milliseconds since the lock's last sign of life. */
async function ageOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  return info === null ? Infinity : Date.now() - info.mtimeMs;
}

/** null: there is no lock, or nothing that could be read of it. */
async function readLock(path: string): Promise<LockContent | null> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as Partial<LockContent>;
    const { id, pid, host } = content;
    return id === undefined || pid === undefined || host === undefined ? null : { id, pid, host };
  } catch {
    return null;
  }
}
