/**
 * Reads files that are read whole. What has the name of one can come with a cloned repository: a link to anywhere, a
 * device without an end, a pipe that nobody writes into.
 */

import { constants } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';

const UTF8 = new TextDecoder();

/** refused: nobody has a reason to put one there. */
type Links = 'followed' | 'refused';

/** The caller closes it. @throws the file system's error, or an Error for people where it is no file. */
export async function openFile(path: string, links: Links): Promise<FileHandle> {
  const look = links === 'refused' ? lstat : stat;
  if (!(await look(path)).isFile()) throw noFile(links);
  const file = await open(path, links === 'refused' ? FLAGS | constants.O_NOFOLLOW : FLAGS);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw noFile(links);
}

/**
 * The text of a file of at most so many bytes, without the byte order mark that some editors put before it.
 *
 * @throws as {@link openFile}, and an Error for people where there is more.
 */
export async function readSmallFile(path: string, mostBytes: number, links: Links): Promise<string> {
  const file = await openFile(path, links);
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw new Error(`it has ${size} bytes, and at most ${mostBytes} are read`);
    // It may be written to meanwhile: what was there at first is what counts.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return UTF8.decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** O_NONBLOCK does not wait for a pipe's other end. Windows lacks it, and O_NOFOLLOW: `|` takes both for 0. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

function noFile(links: Links): Error {
  return new Error(`it is a ${links === 'refused' ? 'link' : 'folder'} or a device, and only a file is read`);
}
