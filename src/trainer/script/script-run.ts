/** A training script in this process, as what an attempt runs: how it begins, and every way in which it can end. */

import { basename, dirname } from 'node:path';
import { ensureBackend } from '../../backends/ensure-backend.ts';
import { messageOf } from '../../protocol/error-message.ts';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import { installTrainingHost } from '../../protocol/training-host.ts';
import type { Attempt, AttemptEnd } from '../attempt/attempt.ts';
import type { AttemptEnding } from '../attempt/attempt-ending.ts';
import type { Workload } from '../attempt/workload.ts';
import { loadScript } from './load-script.ts';
import { RunHost } from './run-host.ts';
import { describeScriptError } from './script-error.ts';
import { watchIdle } from './script-idle.ts';

/** After training a script may still evaluate; one that does nothing for so long is over. */
const IDLE_AFTER_TRAINING_MS = 10_000;
/** Before training it may wait for its data, though hardly without anything to do. */
const IDLE_BEFORE_TRAINING_MS = 120_000;

/** What a script that is told to stop after its training gets for the rest of it. */
const REST_OF_SCRIPT_MS = 5000;

export class ScriptRun implements Workload {
  readonly #spec: ScriptSpec;
  readonly #attempt: Attempt;
  readonly #ending: AttemptEnding;
  readonly #host: RunHost;

  /** From now on errors that nobody caught and the end of the process are taken. */
  constructor(spec: ScriptSpec, attempt: Attempt, ending: AttemptEnding) {
    this.#spec = spec;
    this.#attempt = attempt;
    this.#ending = ending;
    this.#host = new RunHost(attempt, spec.overrides, spec.name !== undefined);
    // Not a listener: one that a library of the script's has added may throw the error again, as Emscripten's do.
    process.setUncaughtExceptionCaptureCallback(error => {
      this.#failed(error);
    });
    process.on('unhandledRejection', reason => {
      this.#failed(reason);
    });
    process.on('beforeExit', () => {
      this.#ended();
    });
    process.on('exit', code => {
      this.#onExit(code);
    });
  }

  start(): void {
    void this.#start();
  }

  /** Saves and ends the run; before training it ends at once, after training soon. */
  stop(): void {
    if (this.#host.stop()) return;
    if (this.#host.phase === 'notBegun') {
      process.stdout.write('Stopped before the first step: there was nothing to save.\n');
      this.#ending.settle({ state: 'stopped', exitCode: 0 });
    } else {
      // Its files are being closed, and the script may have something left to say.
      setTimeout(() => {
        this.#ended();
      }, REST_OF_SCRIPT_MS).unref();
    }
  }

  pause(): void {
    this.#host.pause();
  }

  resume(): void {
    this.#host.resume();
  }

  save(): Promise<{ path: string; step: number }> {
    return this.#host.save();
  }

  interrupt(): void {
    if (this.#host.phase === 'training')
      process.stdout.write('Stopping: saving first. Ctrl-C again ends at once.\n');
    this.stop();
  }

  abandon(): string {
    return 'Ended at once by a second signal: the steps after the last checkpoint are lost.';
  }

  tellLast(): void {
    this.#host.tellLastStep();
  }

  async #start(): Promise<void> {
    const { script } = this.#spec;
    try {
      await this.#chooseBackend();
    } catch (error) {
      this.#ending.fail({ message: messageOf(error) });
      return;
    }
    installTrainingHost(this.#host);
    process.argv.splice(1, process.argv.length, script);
    try {
      await loadScript(script);
      this.#watchIdle();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #chooseBackend(): Promise<void> {
    const { script, cwd, backend: prefer } = this.#spec;
    const searchFrom = [dirname(script), cwd];
    const backend = await ensureBackend({ searchFrom, ...(prefer === undefined ? {} : { prefer }) });
    this.#attempt.update({ backend });
    const note = backend.note === undefined ? '' : `. ${backend.note}.`;
    this.#host.log(`Backend: ${backend.description}${note}`);
  }

  /** Its top level has run to its end: what it has not awaited may still go on. */
  #watchIdle(): void {
    const stopLooking = watchIdle(
      () => {
        if (this.#host.phase === 'training') return null;
        return this.#host.phase === 'between' ? IDLE_AFTER_TRAINING_MS : IDLE_BEFORE_TRAINING_MS;
      },
      () => {
        this.#ended();
      },
    );
    void this.#ending.end.then(stopLooking);
  }

  #failed(error: unknown): void {
    this.#ending.fail(describeScriptError(error, this.#spec.script));
  }

  #ended(): void {
    this.#ending.settle(this.#asTrained());
  }

  #asTrained(): AttemptEnd {
    const script = basename(this.#spec.script);
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

  /** The script called process.exit: nothing asynchronous comes to its end any more. */
  #onExit(code: number): void {
    if (this.#attempt.isClosed) return;
    const script = basename(this.#spec.script);
    const end = code === 0 ? this.#asTrained() : failed(`${script} ended with exit code ${code}.`);
    this.#host.tellLastStep();
    this.#attempt.endSync(end);
    if (end.failure !== undefined) process.stderr.write(`${end.failure.message}\n`);
    process.exitCode = code === 0 ? end.exitCode : code;
  }
}

function failed(message: string): AttemptEnd {
  return { state: 'failed', exitCode: 1, failure: { message } };
}
