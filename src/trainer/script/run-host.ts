/** What the library's `train` reports to, and takes its commands from, when `slim-train run` runs the script. */

import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { messageOf } from '../../protocol/error-message.ts';
import type { RestoreReport } from '../../protocol/restore.ts';
import type { RunProgress } from '../../protocol/run.ts';
import {
  TRAINING_HOST_VERSION,
  type HparamValue,
  type RunOverrides,
  type TrainingCommand,
  type TrainingHost,
} from '../../protocol/training-host.ts';
import { restoreReportPath } from '../../runs/run-folder.ts';
import type { Attempt } from '../attempt/attempt.ts';
import { CommandQueue } from './command-queue.ts';
import { StepRate } from './step-rate.ts';

const PROGRESS_MS = 1000 / 30;

/** notBegun: the script has not called `train`. between: it has, and that call has ended well. */
export type TrainingPhase = 'notBegun' | 'training' | 'between';

export class RunHost implements TrainingHost {
  readonly version = TRAINING_HOST_VERSION;
  readonly overrides: RunOverrides;
  readonly #attempt: Attempt;
  readonly #isNamed: boolean;
  readonly #commands = new CommandQueue();
  readonly #rate = new StepRate();
  #phase: TrainingPhase = 'notBegun';
  #wasStopped = false;
  #hasHparams = false;
  #numberOfSteps: number | null = null;
  #last: { readonly step: number; readonly loss: number | null } | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #pauseHold: NodeJS.Timeout | undefined;

  /** `isNamed`: whoever started the run gave it its name; otherwise the log folder does. */
  constructor(attempt: Attempt, overrides: RunOverrides, isNamed: boolean) {
    this.#attempt = attempt;
    this.overrides = overrides;
    this.#isNamed = isNamed;
  }

  get phase(): TrainingPhase {
    return this.#phase;
  }

  /** The last `train` ended because it was told to. */
  get wasStopped(): boolean {
    return this.#wasStopped;
  }

  onHparams(values: Readonly<Record<string, HparamValue>>): void {
    this.#hasHparams = true;
    this.#attempt.update({ hparams: { ...this.#attempt.record.hparams, ...values } });
  }

  onTrainBegin(info: { logdir: string | null; startStep: number; numberOfSteps: number | null }): void {
    const logdir = info.logdir === null ? null : resolve(info.logdir);
    this.log(logdir === null ? 'No log folder: nothing of this run is kept.' : `Log folder: ${logdir}`);
    this.#warnOfIdleHparams();
    this.#phase = 'training';
    this.#wasStopped = false;
    this.#numberOfSteps = info.numberOfSteps;
    this.#last = { step: info.startStep, loss: null };
    this.#rate.restart();
    const name = this.#isNamed || logdir === null ? {} : { name: basename(logdir) };
    this.#attempt.update({
      ...name,
      logdir,
      state: 'running',
      startStep: info.startStep,
      progress: this.#progress(),
    });
  }

  onMode({ mode, reason }: { mode: 'eager' | 'graph'; reason: string }): void {
    this.#attempt.update({ mode, modeReason: reason });
  }

  onRestore(report: RestoreReport): void {
    const path = restoreReportPath(this.#attempt.folder);
    try {
      writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
    } catch (error) {
      this.log(`WARNING: ${path} cannot be written: ${messageOf(error)}`);
    }
    // Who sees this in the record finds the report.
    this.#attempt.update({ restored: { from: report.from, mapping: this.overrides.restore ?? null } });
  }

  onStep({ step, loss }: { step: number; loss: number; secPerStep: number }): void {
    const now = performance.now();
    this.#last = { step, loss };
    this.#rate.add(step, now);
    if (now - this.#toldAt >= PROGRESS_MS) this.#tellProgress(now);
  }

  onTrainEnd(info: { step: number; loss: number | null; reason: 'done' | 'stopped' | 'outOfRange' }): void {
    this.#last = { step: info.step, loss: info.loss ?? this.#last?.loss ?? null };
    this.#phase = 'between';
    this.#wasStopped = info.reason === 'stopped';
    this.#tellProgress(performance.now());
    this.#attempt.update({});
    this.#commands.drop('Training has ended: its last checkpoint is saved.');
  }

  log(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  takeCommand(): TrainingCommand | undefined {
    const command = this.#commands.take();
    if (command?.type === 'pause') this.#pause();
    if (command?.type === 'resume') this.#resume('running');
    if (command?.type === 'stop') this.#resume('stopping');
    return command;
  }

  commandArrived(): Promise<void> {
    return this.#commands.arrived();
  }

  /** False when no loop runs that could stop. */
  stop(): boolean {
    if (this.#phase !== 'training') return false;
    this.#attempt.update({ state: 'stopping' });
    this.#commands.push({ type: 'stop' });
    return true;
  }

  pause(): void {
    this.#needTraining('pause');
    this.#commands.push({ type: 'pause' });
  }

  resume(): void {
    this.#needTraining('resume');
    this.#commands.push({ type: 'resume' });
  }

  /** Resolves when the checkpoint is on the disk. */
  save(): Promise<{ path: string; step: number }> {
    this.#needTraining('save');
    return new Promise((resolve, reject) => {
      const done = (result: { path: string; step: number } | { error: string }): void => {
        if ('error' in result) reject(new Error(result.error));
        else resolve(result);
      };
      this.#commands.push({ type: 'save', done });
    });
  }

  /** Of quick steps not each is told; the last one is. */
  tellLastStep(): void {
    if (this.#last !== undefined) this.#tellProgress(performance.now());
  }

  #warnOfIdleHparams(): void {
    const names = Object.keys(this.overrides.hparams ?? {});
    if (names.length === 0 || this.#hasHparams) return;
    this.log(
      `WARNING: ${names.join(', ')} has no effect: the script does not call slim.hparams before it trains.`,
    );
  }

  #needTraining(command: string): void {
    if (this.#phase === 'training') return;
    const when = this.#phase === 'notBegun' ? 'has not begun yet' : 'has ended';
    throw new Error(`Training ${when}: there is nothing to ${command}.`);
  }

  /** A loop that waits for nothing but the next command would let the process end. */
  #pause(): void {
    this.#pauseHold ??= setInterval(() => undefined, 0x7fffffff);
    this.#tellProgress(performance.now());
    this.#attempt.update({ state: 'paused' });
  }

  #resume(state: 'running' | 'stopping'): void {
    clearInterval(this.#pauseHold);
    this.#pauseHold = undefined;
    this.#rate.restart();
    this.#attempt.update({ state });
  }

  #tellProgress(now: number): void {
    this.#toldAt = now;
    this.#attempt.progress(this.#progress());
  }

  #progress(): RunProgress {
    const { step, loss } = this.#last ?? { step: 0, loss: null };
    const stepsPerSec = this.#rate.stepsPerSec;
    const stepsLeft = this.#numberOfSteps === null ? null : Math.max(0, this.#numberOfSteps - step);
    const secondsLeft =
      stepsLeft === null || stepsPerSec === null || stepsPerSec === 0 ? null : stepsLeft / stepsPerSec;
    return { step, numberOfSteps: this.#numberOfSteps, loss: finite(loss), stepsPerSec, secondsLeft };
  }
}

/** JSON knows no NaN. */
function finite(loss: number | null): number | null {
  return loss !== null && Number.isFinite(loss) ? loss : null;
}
