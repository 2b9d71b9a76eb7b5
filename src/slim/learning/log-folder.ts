import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { newestSoundCheckpoint } from '../../formats/newest-checkpoint.ts';
import { makeFolder } from '../../formats/make-folder.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { log } from '../log.ts';
import { LogFolderLock } from './log-folder-lock.ts';

/** A log folder that this process trains into, and no other. */
export class LogFolder {
  readonly path: string;
  readonly #lock: LogFolderLock;

  private constructor(path: string, lock: LogFolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** @throws Error, before anything is trained, when the folder cannot be written, or when another process trains into it. */
  static async open(logdir: string): Promise<LogFolder> {
    const path = resolve(logdir);
    try {
      await makeFolder(path);
      await access(path, constants.W_OK);
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`The log folder ${path} cannot be written: ${reason}. Choose another one.`, {
        cause: error,
      });
    }
    return new LogFolder(path, await LogFolderLock.acquire(path));
  }

  /** Path prefix of checkpoints, without the step. */
  get checkpointPath(): string {
    return join(this.path, 'model.ckpt');
  }

  /** The checkpoint to go on from; null when there is none. Damaged ones that were passed over are reported. */
  async newestCheckpoint(): Promise<string | null> {
    const { newest, damaged } = await newestSoundCheckpoint(this.path);
    for (const { prefix, reason } of damaged) log(`WARNING: ${prefix} is damaged and is not used: ${reason}`);
    if (newest === undefined && damaged.length > 0) {
      throw new Error(
        `${this.path} holds checkpoints, but none that is sound (see the warnings). Train into a new log folder, or delete them.`,
      );
    }
    return newest?.prefix ?? null;
  }

  /** @throws Error when another process took the folder over. To be asked before anything is written to it. */
  checkOwned(): Promise<void> {
    return this.#lock.check();
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }
}
