/**
 * Files that take their final name only when they are whole and on the disk. A temporary file's name says which
 * process of which machine writes it, so that what a killed process left behind can be told from work in progress.
 */

import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { processExists } from './process-exists.ts';

/** TensorFlow calls its own `NAME.tempstate<number>`. */
const TEMPORARY_NAME = /\.tempstate-(?<host>.+)-(?<pid>\d+)-[0-9a-f]{8}$/;

/** Of another machine nobody can ask whether the process lives: after a day it does not write this file any more. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

export class TemporaryFile {
  readonly #path: string;
  /** Where it is until it is committed. */
  readonly temporaryPath: string;
  readonly #file: FileHandle;
  #closed = false;

  private constructor(path: string, temporaryPath: string, file: FileHandle) {
    this.#path = path;
    this.temporaryPath = temporaryPath;
    this.#file = file;
  }

  /** Opens a temporary file beside `path`. */
  static async create(path: string): Promise<TemporaryFile> {
    const unique = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
    const temporaryPath = join(dirname(path), `${basename(path)}.tempstate-${unique}`);
    return new TemporaryFile(path, temporaryPath, await open(temporaryPath, 'wx'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done);
      done += bytesWritten;
    }
  }

  /**
   * Everything written is on the disk, and the file is closed. After an error of fsync nobody knows what is on the disk
   * (the kernel may have dropped the pages): the file is given up, never tried again.
   */
  async sync(): Promise<void> {
    await this.#file.sync();
    await this.#close();
  }

  /** The file takes its final name. The name itself lasts once the folder is synced. */
  async commit(): Promise<void> {
    await rename(this.temporaryPath, this.#path);
  }

  /** Removes what there is of it. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.temporaryPath, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }
}

/** Makes the names of a folder's files last. Windows has no such thing: renames last by themselves there. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a small file so that at every instant either the old or the new one is there, whole. */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const file = await TemporaryFile.create(path);
  try {
    await file.write(bytes);
    await file.sync();
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes temporary files of processes that have ended. */
export async function removeAbandonedTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const groups = TEMPORARY_NAME.exec(name)?.groups;
    if (groups === undefined) continue;
    const path = join(folder, name);
    const abandoned =
      groups['host'] === hostname()
        ? !processExists(Number(groups['pid']))
        : await isOld(path).catch(() => false);
    if (abandoned) await rm(path, { force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
}
