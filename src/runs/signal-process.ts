/** Signals to a trainer's process, never to another one that got its pid. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { likenessOf, type ProcessIdentity } from './process-identity.ts';

/**
 * Process 1 began all others, or its container, and `kill(-1)` means every process of the user: a trainer that is that
 * process has to be ended by ending its container.
 */
const LOWEST_PID = 2;

/** SIGINT: the trainer saves, then ends. False: there is no such process, or no such signal (Windows). */
export async function interrupt(identity: ProcessIdentity): Promise<boolean> {
  if (process.platform === 'win32' || identity.pid < LOWEST_PID) return false;
  return (await likenessOf(identity)) !== 'dead' && send(identity.pid, 'SIGINT');
}

/**
 * To the process and all that it started; to it alone where nobody can tell that it is the very one. False: there is no
 * such process.
 *
 * @throws Error, for people, for process 1.
 */
export async function signalGroup(
  identity: ProcessIdentity,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<boolean> {
  const { pid } = identity;
  const likeness = await likenessOf(identity);
  if (likeness === 'dead') return false;
  if (pid < LOWEST_PID)
    throw new Error(`The run's record names process ${pid}, the system's first: end its container instead.`);
  if (process.platform === 'win32') {
    const all = likeness === 'same' ? ['/t'] : [];
    await promisify(execFile)('taskkill', ['/pid', String(pid), ...all, '/f'], { windowsHide: true });
    return true;
  }
  // A trainer that was started from a shell script or by npm leads no group: then it is signalled alone.
  return (likeness === 'same' && send(-pid, signal)) || send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
