/**
 * Reads what lies in a run folder. Such a folder can come with a cloned repository: what has the name of a file there
 * may be a link to anywhere, a device without an end, or a pipe that nobody writes into.
 */

import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

/** O_NONBLOCK does not wait for a pipe's other end. Windows has neither of the last two, and `|` takes that for 0. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The caller closes it. @throws the file system's error, or an Error for people where it is no file of its own. */
export async function openRunFile(path: string): Promise<FileHandle> {
  if (!(await lstat(path)).isFile()) throw new Error(NO_FILE);
  const file = await open(path, FLAGS);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(NO_FILE);
}

/**
 * The text of a file of at most so many bytes.
 *
 * @throws as {@link openRunFile}, and an Error for people where there is more.
 */
export async function readRunFile(path: string, mostBytes: number): Promise<string> {
  const file = await openRunFile(path);
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw new Error(`it has ${size} bytes, and at most ${mostBytes} are read`);
    // It may be written to meanwhile: what was there at first is what counts.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const NO_FILE = 'it is a link or a device, and only a file is read';
