import { log } from '../log.ts';
import type { EvaluationHook } from './evaluation-hook.ts';

export interface StopAfterNEvalsOptions {
  /** Say on the console how far it is: each batch, of 20 or more each tenth part of them. Default: true. */
  readonly logProgress?: boolean;
}

/**
 * Ends an evaluation after a number of batches, where `defineMetrics` allows more.
 *
 * Source: `StopAfterNEvalsHook` of tf_slim/evaluation.py.
 */
export class StopAfterNEvalsHook implements EvaluationHook {
  readonly #numEvals: number | null;
  readonly #logEvery: number | null;

  /**
   * @param numEvals A number of batches; null: all there are.
   * @throws RangeError when it is no positive integer.
   */
  constructor(numEvals: number | null, { logProgress = true }: StopAfterNEvalsOptions = {}) {
    if (numEvals !== null && !(Number.isInteger(numEvals) && numEvals > 0)) {
      throw new RangeError(`StopAfterNEvalsHook takes a positive number of batches, or null: ${numEvals}.`);
    }
    this.#numEvals = numEvals;
    this.#logEvery = logProgress
      ? numEvals === null || numEvals < 20
        ? 1
        : Math.floor(numEvals / 10)
      : null;
  }

  afterRun(evalsCompleted: number): boolean {
    const [numEvals, logEvery] = [this.#numEvals, this.#logEvery];
    const isLast = evalsCompleted === numEvals;
    if (logEvery !== null && (isLast || evalsCompleted % logEvery === 0)) {
      log(`Evaluation [${evalsCompleted}${numEvals === null ? '' : `/${numEvals}`}]`);
    }
    return numEvals !== null && evalsCompleted >= numEvals;
  }
}
