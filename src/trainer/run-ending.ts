/** Every way in which a run can end leads here, and the first one counts. */

import { basename } from 'node:path';
import type { RunFailure } from '../protocol/run.ts';
import type { Attempt, AttemptEnd } from './attempt/attempt.ts';
import { describeScriptError } from './script/script-error.ts';
import type { RunHost } from './run-host.ts';
import { watchIdle } from './script/script-idle.ts';

/** After training a script may still evaluate; one that does nothing for so long is over. */
const IDLE_AFTER_TRAINING_MS = 10_000;
/** Before training it may wait for its data, though hardly without anything to do. */
const IDLE_BEFORE_TRAINING_MS = 120_000;

/** What a script that is told to stop after its training gets for the rest of it. */
const REST_OF_SCRIPT_MS = 5000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SECOND_SIGNAL_EXIT_CODE = 130;

export class RunEnding {
  /** Resolves to how it ended. */
  readonly end: Promise<AttemptEnd>;
  readonly #attempt: Attempt;
  readonly #host: RunHost;
  readonly #script: string;
  #resolve: (end: AttemptEnd) => void = () => undefined;
  #signals = 0;
  #stopLookingForIdle: (() => void) | undefined;

  /** From now on signals, errors that nobody caught and the end of the process are taken. */
  constructor(attempt: Attempt, host: RunHost, script: string) {
    this.#attempt = attempt;
    this.#host = host;
    this.#script = script;
    this.end = new Promise(resolve => {
      this.#resolve = resolve;
    });
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        this.#onSignal();
      });
    }
    // Not a listener: one that a library of the script's has added may throw the error again, as Emscripten's do.
    process.setUncaughtExceptionCaptureCallback(error => {
      this.scriptFailed(error);
    });
    process.on('unhandledRejection', reason => {
      this.scriptFailed(reason);
    });
    process.on('beforeExit', () => {
      this.#scriptEnded();
    });
    process.on('exit', code => {
      this.#onExit(code);
    });
  }

  /** Saves and ends the run; before training it ends at once, after training soon. */
  stop(): void {
    if (this.#host.stop()) return;
    if (this.#host.phase === 'notBegun') {
      process.stdout.write('Stopped before the first step: there was nothing to save.\n');
      this.#resolve({ state: 'stopped', exitCode: 0 });
    } else {
      // Its files are being closed, and the script may have something left to say.
      setTimeout(() => {
        this.#scriptEnded();
      }, REST_OF_SCRIPT_MS).unref();
    }
  }

  fail(failure: RunFailure): void {
    this.#resolve({ state: 'failed', exitCode: 1, failure });
  }

  scriptFailed(error: unknown): void {
    this.fail(describeScriptError(error, this.#script));
  }

  /** The script is loaded and its top level has run to its end: what it has not awaited may still go on. */
  scriptLoaded(): void {
    this.#stopLookingForIdle = watchIdle(
      () => {
        if (this.#host.phase === 'training') return null;
        return this.#host.phase === 'between' ? IDLE_AFTER_TRAINING_MS : IDLE_BEFORE_TRAINING_MS;
      },
      () => {
        this.#scriptEnded();
      },
    );
    void this.end.then(this.#stopLookingForIdle);
  }

  #scriptEnded(): void {
    this.#resolve(this.#asTrained());
  }

  #asTrained(): AttemptEnd {
    const script = basename(this.#script);
    switch (this.#host.phase) {
      case 'between':
        return { state: this.#host.wasStopped ? 'stopped' : 'done', exitCode: 0 };
      case 'training':
        return failed(
          `${script} ended before its training did: an await is missing, or an error was caught and dropped.`,
        );
      case 'notBegun':
        return failed(
          `${script} ended without training. Call \`await slim.learning.train(trainOp, logdir)\` in it, and await ` +
            'the function that it is called from.',
        );
    }
  }

  #onSignal(): void {
    this.#signals += 1;
    if (this.#signals > 1) {
      this.#resolve({
        ...failed('Ended at once by a second signal: the steps after the last checkpoint are lost.'),
        exitCode: SECOND_SIGNAL_EXIT_CODE,
      });
      return;
    }
    if (this.#host.phase === 'training')
      process.stdout.write('Stopping: saving first. Ctrl-C again ends at once.\n');
    this.stop();
  }

  /** The script called process.exit: nothing asynchronous comes to its end any more. */
  #onExit(code: number): void {
    if (this.#attempt.isClosed) return;
    const end =
      code === 0 ? this.#asTrained() : failed(`${basename(this.#script)} ended with exit code ${code}.`);
    this.#host.tellLastStep();
    this.#attempt.endSync(end);
    if (end.failure !== undefined) process.stderr.write(`${end.failure.message}\n`);
    process.exitCode = code === 0 ? end.exitCode : code;
  }
}

function failed(message: string): AttemptEnd {
  return { state: 'failed', exitCode: 1, failure: { message } };
}
