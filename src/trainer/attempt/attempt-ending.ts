/** Every way in which an attempt can end leads here, and the first one counts. */

import type { RunFailure } from '../../protocol/run.ts';
import type { AttemptEnd } from './attempt.ts';
import { SIGNALS, type Workload } from './workload.ts';

const SECOND_SIGNAL_EXIT_CODE = 130;

export class AttemptEnding {
  /** Resolves to how it ended. */
  readonly end: Promise<AttemptEnd>;
  #resolve: (end: AttemptEnd) => void = () => undefined;
  #signals = 0;

  constructor() {
    this.end = new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  settle(end: AttemptEnd): void {
    this.#resolve(end);
  }

  fail(failure: RunFailure, exitCode = 1): void {
    this.#resolve({ state: 'failed', exitCode, failure });
  }

  /** From now on the first signal stops it, and a second ends it at once. */
  takeSignals(workload: Workload): void {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        this.#signals += 1;
        if (this.#signals === 1) workload.interrupt(signal);
        else this.fail({ message: workload.abandon() }, SECOND_SIGNAL_EXIT_CODE);
      });
    }
  }
}
