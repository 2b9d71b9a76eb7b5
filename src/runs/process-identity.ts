/**
 * Which process a run record speaks of. A pid alone does not say: the system gives it out again. With the start
 * time of the process it does, so nothing is shown as running, and nothing is killed, by mistake.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { processExists } from '../formats/process-exists.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** As {@link processStartTime} gave it; null where the system does not tell. */
  readonly processStartTime: string | null;
}

/** undefined: there is no such process (or only its zombie). null: the system does not tell. */
export async function processStartTime(pid: number): Promise<string | null | undefined> {
  if (!processExists(pid)) return undefined;
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') return windowsStartTime(pid);
  return psStartTime(pid);
}

/**
 * dead: there is no such process, or another one has its pid. same: it is that very process. likely: there is one of
 * that pid, and nobody can tell its start time, or the record does not.
 */
export type Likeness = 'dead' | 'likely' | 'same';

/** Whether the process that the record speaks of lives. */
export async function likenessOf({ pid, processStartTime: recorded }: ProcessIdentity): Promise<Likeness> {
  const startTime = await processStartTime(pid);
  if (startTime === undefined) return 'dead';
  if (startTime === null || recorded === null) return 'likely';
  return startTime === recorded ? 'same' : 'dead';
}

/** True when the process that the record speaks of lives, for all that can be told. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await likenessOf(identity)) !== 'dead';
}

/** proc(5): field 22 of /proc/PID/stat is the start in clock ticks since boot; the boot's own id makes it unique. */
async function linuxStartTime(pid: number): Promise<string | null | undefined> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field, the program's name in parentheses, may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    return startTicks === undefined ? null : `${bootId.trim()}:${startTicks}`;
  } catch {
    return existsSync('/proc/self/stat') && !existsSync(`/proc/${pid}/stat`) ? undefined : null;
  }
}

async function psStartTime(pid: number): Promise<string | null | undefined> {
  const answer = await ask('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  if (answer === null) return null;
  const [state = '', ...startTime] = answer.split(/\s+/);
  return state.startsWith('Z') || startTime.length === 0 ? undefined : startTime.join(' ');
}

async function windowsStartTime(pid: number): Promise<string | null> {
  const question = `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`;
  const answer = await ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', question]);
  return answer === '' ? null : answer;
}

async function ask(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const options = { timeout: 5000, windowsHide: true, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
    return (await promisify(execFile)(program, args, options)).stdout.trim();
  } catch {
    return null;
  }
}
