/** Where a trainer listens: a socket in a folder that only its user can enter, or a named pipe on Windows. */

import { randomBytes } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../protocol/error-message.ts';

/** sun_path holds 104 bytes on macOS and 108 on Linux, a closing zero included. */
const MAX_SOCKET_PATH_BYTES = 103;
const PIPE_PREFIX = '\\\\.\\pipe\\slim-training-';

/** A new address that nobody listens at. Makes the folder that it is in. */
export async function newControlAddress(): Promise<string> {
  const name = randomBytes(8).toString('hex');
  if (process.platform === 'win32') return PIPE_PREFIX + name;
  const folder = await runtimeFolder();
  await removeAbandoned(folder);
  const address = join(folder, `${name}.sock`);
  if (Buffer.byteLength(address) > MAX_SOCKET_PATH_BYTES) {
    throw new Error(`${address} is too long for a socket's path. Set TMPDIR to a shorter folder.`);
  }
  return address;
}

/**
 * Whether a trainer of this user may listen there. A `run.json` can come with a cloned repository: it must not lead us
 * to a socket of somebody or something else.
 */
export function isControlAddress(address: string): boolean {
  if (process.platform === 'win32') return address.startsWith(PIPE_PREFIX);
  const folder = dirname(address);
  if (basename(folder) !== runtimeFolderName() || !address.endsWith('.sock')) return false;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && isPrivateFolder(found);
}

function runtimeFolderName(): string {
  return `slim-training-${userInfo().uid}`;
}

async function runtimeFolder(): Promise<string> {
  const candidates = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter(
    folder => folder !== undefined,
  );
  const problems: string[] = [];
  for (const parent of candidates) {
    const folder = join(parent, runtimeFolderName());
    try {
      await makePrivateFolder(folder);
      return folder;
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  throw new Error(`No private folder for the control socket: ${problems.join('; ')}`);
}

/** A folder in /tmp could be somebody else's trap: it must be a real folder, ours, closed to others. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if (!isPrivateFolder(await lstat(folder))) {
    throw new Error(`${folder} is not a folder that only its owner can enter`);
  }
}

function isPrivateFolder(found: Stats): boolean {
  return found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0;
}

/** Sockets that nobody listens at any more: their processes were killed. */
async function removeAbandoned(folder: string): Promise<void> {
  const sockets = (await readdir(folder))
    .filter(name => name.endsWith('.sock'))
    .map(name => join(folder, name));
  await Promise.all(
    sockets.map(async socket => {
      if (await isRefused(socket)) await rm(socket, { force: true });
    }),
  );
}

function isRefused(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });
}
