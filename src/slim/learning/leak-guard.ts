import * as tf from '@tensorflow/tfjs';
import { log } from '../log.ts';

/** Steps before the count begins (slots and caches get made), and over how many it has to grow. */
const WARM_UP = 10;
const WINDOW = 100;

/** Warns, once, when each step leaves tensors behind: memory would run out in the end. */
export class LeakGuard {
  #steps = 0;
  #tensors = 0;

  afterStep(): void {
    this.#steps++;
    if (this.#steps === WARM_UP) this.#tensors = tf.memory().numTensors;
    if (this.#steps !== WARM_UP + WINDOW) return;
    const grown = tf.memory().numTensors - this.#tensors;
    if (grown < WINDOW) return;
    log(
      `WARNING: each step leaves about ${Math.round(grown / WINDOW)} tensors behind. Dispose of what trainStepFn, hooks or ` +
        'the data make: with tf.tidy, or tensor.dispose().',
    );
  }
}
