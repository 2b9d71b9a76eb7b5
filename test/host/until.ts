import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits until something is so: VS Code's models follow what happens with a delay.
 * @throws after 60 s, naming what was waited for.
 */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await wait(50);
  }
}
