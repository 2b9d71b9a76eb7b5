import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpointState } from '../../formats/checkpoint-state.ts';
import { log } from '../log.ts';

export interface WaitOptions {
  /** Seconds between two looks. Default: 1. */
  readonly secondsToSleep?: number;
  /** Seconds after which it gives up. Default: null, never. */
  readonly timeout?: number | null;
}

/**
 * Waits until a folder's `checkpoint` file names another checkpoint than `lastCheckpoint`.
 *
 * Source: `wait_for_new_checkpoint` of tensorflow/python/training/checkpoint_utils.py.
 *
 * @returns Its path prefix; null when the time was up.
 */
export async function waitForNewCheckpoint(
  checkpointDir: string,
  lastCheckpoint: string | null = null,
  { secondsToSleep = 1, timeout = null }: WaitOptions = {},
): Promise<string | null> {
  log(`Waiting for new checkpoint at ${checkpointDir}`);
  const stopTime = timeout === null ? Infinity : performance.now() + timeout * 1000;
  for (;;) {
    const newest = (await readCheckpointState(checkpointDir))?.model ?? null;
    if (newest !== null && newest !== lastCheckpoint) {
      log(`Found new checkpoint at ${newest}`);
      return newest;
    }
    if (performance.now() + secondsToSleep * 1000 > stopTime) return null;
    await sleep(secondsToSleep * 1000);
  }
}

export interface IteratorOptions {
  /** At least so many seconds from one checkpoint to the next. Default: 0. */
  readonly minIntervalSecs?: number;
  /** Seconds to wait for another checkpoint. Default: null, for ever. */
  readonly timeout?: number | null;
  /** Asked when the time was up: whether to end. Default: it ends. */
  readonly timeoutFn?: () => boolean;
}

/**
 * Gives the newest checkpoint whenever there is a new one. Those that came and went in between are left out.
 *
 * Source: `checkpoints_iterator` of tensorflow/python/training/checkpoint_utils.py.
 */
export async function* checkpointsIterator(
  checkpointDir: string,
  { minIntervalSecs = 0, timeout = null, timeoutFn }: IteratorOptions = {},
): AsyncGenerator<string, void, void> {
  let last: string | null = null;
  for (;;) {
    const found: string | null = await waitForNewCheckpoint(checkpointDir, last, { timeout });
    if (found === null) {
      if (timeoutFn === undefined) log('Timed-out waiting for a checkpoint.');
      if (timeoutFn?.() ?? true) return;
      continue;
    }
    const start = performance.now();
    last = found;
    yield found;
    const rest = minIntervalSecs * 1000 - (performance.now() - start);
    if (rest > 0) await sleep(rest);
  }
}
