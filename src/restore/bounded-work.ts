/** An end to what a pattern may cost: JavaScript cannot stop a regular expression that tries everything. */

import { createContext, Script } from 'node:vm';

/**
 * What all patterns of one mapping may take together of the processor, in milliseconds. They take a few; but the regular
 * expressions of JavaScript and Python try everything, so that one like `(a+)+$` takes years for a name of 50 letters.
 */
export const PATTERNS_LIMIT_MS = 1000;

/** What to do about a pattern that was ended. */
export const TOO_SLOW = `takes more than ${PATTERNS_LIMIT_MS / 1000} s on these names: write it without repeats within repeats`;

let bounded: { readonly context: { work: () => void }; readonly script: Script } | undefined;

/**
 * Whether `work` comes to its end within so many milliseconds; otherwise it was ended somewhere in its middle. Node ends
 * work by the clock only, which on a machine that is busy with something else is too early: until `work` has had at least
 * half of that time of the processor, it is begun anew and has twice as long. So it must not mind what it did before.
 */
export function endsWithin(milliseconds: number, work: () => void): boolean {
  bounded ??= { context: createContext({ work }) as { work: () => void }, script: new Script('work()') };
  bounded.context.work = work;
  for (let timeout = milliseconds; ; timeout *= 2) {
    const before = processorMilliseconds();
    try {
      bounded.script.runInContext(bounded.context, { timeout });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    }
    if (processorMilliseconds() - before >= milliseconds / 2) return false;
  }
}

/** What this thread has had of the processor. Before Node 23.9 it is known of the whole process only, which is not less. */
function processorMilliseconds(): number {
  const { threadCpuUsage } = process as NodeJS.Process & { readonly threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
