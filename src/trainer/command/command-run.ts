/** A program in a process group of its own, as what an attempt runs: of it is known how it ended, and what it said. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { errorOf } from '../../protocol/error-message.ts';
import type { CommandSpec } from '../../protocol/run-spec.ts';
import type { Attempt } from '../attempt/attempt.ts';
import type { AttemptEnding } from '../attempt/attempt-ending.ts';
import type { StopSignal, Workload } from '../attempt/workload.ts';

/** What it has started may hold its console open for longer than it lives itself. */
const LAST_WORDS_MS = 2000;

/** Shorter than what whoever kills a run waits before the trainer is killed, too, and can end nothing any more. */
const TERMINATION_MS = 4000;

const EXIT_CODES: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

export class CommandRun implements Workload {
  readonly #spec: CommandSpec;
  readonly #attempt: Attempt;
  readonly #ending: AttemptEnding;
  #child: ChildProcess | undefined;
  #isStopped = false;

  constructor(spec: CommandSpec, attempt: Attempt, ending: AttemptEnding) {
    this.#spec = spec;
    this.#attempt = attempt;
    this.#ending = ending;
  }

  start(): void {
    if (this.#isStopped) return;
    const [program, ...args] = this.#spec.argv;
    try {
      const child = spawn(program, args, {
        cwd: this.#spec.cwd,
        env: this.#environment(),
        stdio: ['inherit', 'pipe', 'pipe'],
        // A group of its own, so that a signal reaches all that it has started, and Ctrl-C only us.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
      this.#child = child;
      passOn(child.stdout, process.stdout);
      passOn(child.stderr, process.stderr);
      child.once('spawn', () => {
        if (!this.#isStopped) this.#attempt.update({ state: 'running' });
      });
      child.once('error', error => {
        this.#cannotStart(error);
      });
      child.once('exit', (code, signal) => void this.#ended(child, code, signal));
    } catch (error) {
      this.#cannotStart(errorOf(error));
    }
  }

  /** As Ctrl-C does: what it makes of it is its own affair. */
  stop(): void {
    this.#tellToStop('SIGINT');
  }

  pause(): void {
    throw new Error(cannot('paused'));
  }

  resume(): void {
    throw new Error(cannot('resumed'));
  }

  save(): Promise<never> {
    return Promise.reject(new Error(cannot('told to save')));
  }

  interrupt(signal: StopSignal): void {
    process.stdout.write('Stopping: waiting for the command to end. Ctrl-C again kills it.\n');
    if (signal !== 'SIGTERM') {
      this.stop();
      return;
    }
    this.#tellToStop('SIGTERM');
    setTimeout(() => {
      this.#signal('SIGKILL');
    }, TERMINATION_MS).unref();
  }

  abandon(): string {
    this.#signal('SIGKILL');
    return 'Ended at once by a second signal: the command was killed.';
  }

  tellLast(): void {
    // It tells nothing but how it ended.
  }

  /** Ours, without what makes a Node of VS Code's program where that is what we run in. */
  #environment(): NodeJS.ProcessEnv {
    const { env, logdir } = this.#spec;
    const own = { ...process.env };
    delete own['ELECTRON_RUN_AS_NODE'];
    const ofRun = {
      SLIM_RUN_ID: this.#attempt.record.id,
      ...(logdir === null ? {} : { SLIM_LOGDIR: logdir }),
    };
    return { ...own, ...env, ...ofRun };
  }

  #tellToStop(signal: 'SIGINT' | 'SIGTERM'): void {
    this.#isStopped = true;
    if (this.#child === undefined) {
      this.#ending.settle({ state: 'stopped', exitCode: 0 });
      return;
    }
    this.#attempt.update({ state: 'stopping' });
    this.#signal(signal);
  }

  /** To all of its group; one that has ended already is let be. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #cannotStart(error: NodeJS.ErrnoException): void {
    const [program] = this.#spec.argv;
    const message =
      error.code === 'ENOENT'
        ? `There is no program ${program}. Check its name, and the PATH of whoever started the run.`
        : `${program} cannot be started: ${error.message}`;
    this.#ending.fail({ message }, EXIT_CODES[error.code ?? ''] ?? 1);
  }

  async #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    await Promise.race([once(child, 'close'), delay(LAST_WORDS_MS)]);
    const program = basename(this.#spec.argv[0]);
    if (this.#isStopped) this.#ending.settle({ state: 'stopped', exitCode: 0 });
    else if (signal !== null)
      this.#ending.fail({ message: endedBySignal(program, signal) }, 128 + constants.signals[signal]);
    else if (code === null || code === 0) this.#ending.settle({ state: 'done', exitCode: 0 });
    else this.#ending.fail({ message: `${program} ended with exit code ${code}.` }, code);
  }
}

function endedBySignal(program: string, signal: NodeJS.Signals): string {
  const why = signal === 'SIGKILL' ? ': by somebody, or by the system, for want of memory' : '';
  return `${program} was ended by ${signal}${why}.`;
}

function cannot(beDone: string): string {
  return `The run is a command of its own: it cannot be ${beDone}, only stopped.`;
}

/** Without waiting for our own console: a program goes on though nobody reads what it says. */
function passOn(from: Readable, to: NodeJS.WriteStream): void {
  from.on('data', (said: Buffer) => {
    to.write(said);
  });
}
