import { createContext, Script } from 'node:vm';

/**
 * What all patterns of one mapping may take together, in milliseconds. They take a few; but the regular expressions of
 * JavaScript and Python try everything, so that one like `(a+)+$` takes years for a name of 50 letters.
 */
export const PATTERNS_LIMIT_MS = 1000;

/** What to do about a pattern that was ended. */
export const TOO_SLOW = `takes more than ${PATTERNS_LIMIT_MS / 1000} s on these names: write it without repeats within repeats`;

let bounded: { readonly context: { work: () => void }; readonly script: Script } | undefined;

/** Whether `work` came to its end within so many milliseconds. Otherwise it was ended somewhere in its middle. */
export function endsWithin(milliseconds: number, work: () => void): boolean {
  bounded ??= { context: createContext({ work }) as { work: () => void }, script: new Script('work()') };
  bounded.context.work = work;
  try {
    bounded.script.runInContext(bounded.context, { timeout: milliseconds });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
