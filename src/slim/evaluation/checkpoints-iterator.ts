import { setTimeout as sleep } from 'node:timers/promises';
import { damageReadOnce, newestSoundCheckpoint } from '../../formats/newest-checkpoint.ts';
import { log } from '../log.ts';

export interface WaitOptions {
  /** Seconds between two looks. Default: 1. */
  readonly secondsToSleep?: number;
  /** Seconds after which it gives up. Default: null, never. */
  readonly timeout?: number | null;
}

/**
 * Waits until a folder's newest sound checkpoint is another than `lastCheckpoint`.
 *
 * Source: `wait_for_new_checkpoint` of tensorflow/python/training/checkpoint_utils.py.
 *
 * @returns Its path prefix; null when the time was up.
 */
export async function waitForNewCheckpoint(
  checkpointDir: string,
  lastCheckpoint: string | null = null,
  options: WaitOptions = {},
): Promise<string | null> {
  return waitForAnother(new CheckpointLook(checkpointDir), lastCheckpoint, options);
}

async function waitForAnother(
  look: CheckpointLook,
  lastCheckpoint: string | null,
  { secondsToSleep = 1, timeout = null }: WaitOptions,
): Promise<string | null> {
  log(`Waiting for new checkpoint at ${look.dir}`);
  const stopTime = timeout === null ? Infinity : performance.now() + timeout * 1000;
  for (;;) {
    const newest = await look.newest();
    if (newest !== null && newest !== lastCheckpoint) {
      log(`Found new checkpoint at ${newest}`);
      return newest;
    }
    if (performance.now() + secondsToSleep * 1000 > stopTime) return null;
    await sleep(secondsToSleep * 1000);
  }
}

/** One folder's newest sound checkpoint. What was read or said once is not read or said again. */
class CheckpointLook {
  readonly dir: string;
  readonly #damageOf = damageReadOnce();
  readonly #told = new Set<string>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** null: there is none. */
  async newest(): Promise<string | null> {
    const { newest, damaged } = await newestSoundCheckpoint(this.dir, this.#damageOf);
    for (const { prefix, reason } of damaged) {
      if (!this.#told.has(prefix)) log(`WARNING: ${prefix} is damaged and is not used: ${reason}`);
      this.#told.add(prefix);
    }
    return newest?.prefix ?? null;
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
 * Gives the newest sound checkpoint whenever there is a new one. Those that came and went in between are left out.
 *
 * Source: `checkpoints_iterator` of tensorflow/python/training/checkpoint_utils.py.
 */
export async function* checkpointsIterator(
  checkpointDir: string,
  { minIntervalSecs = 0, timeout = null, timeoutFn }: IteratorOptions = {},
): AsyncGenerator<string, void, void> {
  const look = new CheckpointLook(checkpointDir);
  let last: string | null = null;
  for (;;) {
    const found: string | null = await waitForAnother(look, last, { timeout });
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
