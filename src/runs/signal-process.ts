/** Signals to a trainer's process, never to another one that got its pid. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** SIGINT: the trainer saves, then ends. False: there is no such process, or no such signal (Windows). */
export async function interrupt(identity: ProcessIdentity): Promise<boolean> {
  if (process.platform === 'win32' || !(await isAlive(identity))) return false;
  return send(identity.pid, 'SIGINT');
}

/** To the process and all that it started. False: there is no such process. */
export async function signalGroup(
  identity: ProcessIdentity,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<boolean> {
  if (!(await isAlive(identity))) return false;
  if (process.platform === 'win32') {
    await promisify(execFile)('taskkill', ['/pid', String(identity.pid), '/t', '/f'], { windowsHide: true });
    return true;
  }
  // A trainer that was started from a shell script or by npm leads no group: then it is signalled alone.
  return send(-identity.pid, signal) || send(identity.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
