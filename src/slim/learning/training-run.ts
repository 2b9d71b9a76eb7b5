import { basename } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { messageOf } from '../../protocol/error-message.ts';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import { declaredHparams } from '../hparams.ts';
import { OutOfRangeError } from '../data/source.ts';
import { log } from '../log.ts';
import { hparamsSummary } from '../summaries/hparams-summary.ts';
import { reportUninitializedVariables } from '../variables/report-uninitialized-variables.ts';
import type { EndReason } from './end-reason.ts';
import { EvaluationBesideTraining } from './evaluation-beside-training.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { fixedDecimals } from './fixed-decimals.ts';
import { IntervalTimer } from './interval-timer.ts';
import { LeakGuard } from './leak-guard.ts';
import type { LogFolder } from './log-folder.ts';
import { RunCheckpoints } from './run-checkpoints.ts';
import { RunCommands } from './run-commands.ts';
import { RunSummaries } from './run-summaries.ts';
import { Saver } from './saver.ts';
import { traceStep } from './step-trace.ts';
import type { SummaryWriter } from './summary-writer.ts';
import type { ResolvedTrainOptions, TrainOptions } from './train-options.ts';
import type { TrainOp } from './train-op.ts';
import { trainStep } from './train-step.ts';
import type { TrainStepResult } from './train-step.ts';

/** One call of `train`, from restoring to the last save. */
export class TrainingRun<B extends tf.TensorContainer, K> {
  readonly #trainOp: TrainOp<B>;
  readonly #settings: ResolvedTrainOptions;
  readonly #options: TrainOptions<B, K>;
  readonly #folder: LogFolder | null;
  readonly #writer: SummaryWriter | null;
  readonly #host = installedTrainingHost();
  readonly #turn = new EventLoopTurn();
  readonly #leaks = new LeakGuard();
  readonly #checkpoints: RunCheckpoints<B> | null;
  readonly #checkpointTimer: IntervalTimer;
  readonly #summaries: RunSummaries<B> | null;
  readonly #evaluation: EvaluationBesideTraining<B> | null;
  #loss: number | null = null;

  constructor(
    trainOp: TrainOp<B>,
    settings: ResolvedTrainOptions,
    options: TrainOptions<B, K>,
    folder: LogFolder | null,
    writer: SummaryWriter | null,
  ) {
    this.#trainOp = trainOp;
    this.#settings = settings;
    this.#options = options;
    this.#folder = folder;
    this.#writer = writer;
    const onSave = (saved: { step: number; path: string }): void => options.hooks?.onSave?.(saved);
    this.#checkpoints =
      folder === null
        ? null
        : new RunCheckpoints(trainOp, folder, options.saver ?? new Saver(), writer, onSave);
    this.#checkpointTimer = new IntervalTimer(folder === null ? null : settings.saveIntervalSecs);
    this.#summaries =
      writer === null || options.summaryOp === null
        ? null
        : new RunSummaries(trainOp, writer, settings.saveSummariesSecs, options.summaryOp, this.#turn);
    this.#evaluation =
      options.evaluate === undefined
        ? null
        : new EvaluationBesideTraining(
            options.evaluate,
            options.keepBest ?? null,
            options.earlyStopping ?? null,
            folder?.path ?? null,
            this.#checkpoints,
            writer,
          );
  }

  /** @returns The last step's loss; null when none was taken. */
  async toItsEnd(): Promise<number | null> {
    await this.#restoreOrInitialize();
    await this.#checkReady();
    await this.#evaluation?.begin();
    const startStep = this.#trainOp.currentStep();
    const { logdir, numberOfSteps } = this.#settings;
    this.#host?.onTrainBegin({ logdir, startStep, numberOfSteps });
    this.#writer?.addSessionLog('start', startStep);
    this.#recordHparams(startStep);
    const reason = await this.#trainAndSave(startStep);
    const step = this.#trainOp.currentStep();
    this.#writer?.addSessionLog('stop', step);
    this.#host?.onTrainEnd({ step, loss: this.#loss, reason });
    await this.#options.hooks?.onEnd?.({ step, loss: this.#loss, reason });
    return this.#loss;
  }

  #recordHparams(step: number): void {
    const values = declaredHparams();
    if (values === null || this.#folder === null) return;
    const group = basename(this.#folder.path);
    this.#writer?.addSummaries([hparamsSummary(values, group, Date.now() / 1000)], step);
  }

  async #restoreOrInitialize(): Promise<void> {
    const { initOp, initFn = null, localInitOp } = this.#options;
    if ((await this.#checkpoints?.resume()) === true) {
      if (initFn !== null) log('initFn is not run: it is for a log folder without checkpoints.');
    } else {
      await initOp?.();
      await initFn?.();
    }
    await localInitOp?.();
  }

  /** Source: `_model_ready` of tensorflow/python/training/session_manager.py. */
  async #checkReady(): Promise<void> {
    const { readyOp = reportUninitializedVariables } = this.#options;
    const missing = (await readyOp?.()) ?? [];
    if (missing.length > 0) {
      throw new Error(
        `Model is not ready: ${missing.join(', ')}. It has to be after initOp, initFn and localInitOp, or after restoring.`,
      );
    }
  }

  async #trainAndSave(startStep: number): Promise<EndReason> {
    try {
      const reason =
        this.#isFinished(startStep) && this.#options.extraStepOnResume !== true ? 'done' : await this.#loop();
      if (reason !== 'stopped') await this.#evaluation?.atEnd(this.#trainOp.currentStep());
      log('Stopping Training.');
      if (this.#checkpoints !== null && reason !== 'stopped') log('Finished training! Saving model to disk.');
      await this.#checkpoints?.saveIfNew();
      return reason;
    } catch (error) {
      await this.#saveAfter(error);
      throw error;
    }
  }

  async #loop(): Promise<EndReason> {
    const commands = new RunCommands(() => this.#saveNow());
    let step = this.#trainOp.currentStep();
    try {
      for (;;) {
        // What is seldom due is asked without waiting: a promise in each step costs more than all of these questions.
        const command = commands.take();
        if (command !== undefined && (await commands.endsBy(command))) return 'stopped';
        if (this.#isSaveDue(step)) await this.#checkpoints?.saveIfNew();
        if (this.#summaries?.isDue() === true) await this.#summaries.beforeStep();
        const { stepAfter, shouldStop } = await this.#takeStep(step);
        step = stepAfter;
        this.#summaries?.afterStep();
        if (this.#evaluation?.isDue(step) === true && (await this.#evaluation.evaluate(step))) return 'done';
        if (shouldStop || this.#isFinished(step)) return 'done';
        if (this.#turn.isDue()) await this.#turn.give();
      }
    } catch (error) {
      if (error instanceof OutOfRangeError) return 'outOfRange';
      throw error;
    } finally {
      commands.dispose();
    }
  }

  /** One step, with its log line, and whether `trainStepFn` wants to end. */
  async #takeStep(stepBefore: number): Promise<{ stepAfter: number; shouldStop: boolean }> {
    const start = performance.now();
    const { totalLoss, shouldStop } = await this.#runStepFn(stepBefore);
    const secPerStep = (performance.now() - start) / 1000;
    this.#loss = totalLoss;
    const step = this.#trainOp.currentStep();
    const { logEveryNSteps } = this.#settings;
    if (logEveryNSteps > 0 && step % logEveryNSteps === 0) {
      log(
        `global step ${step}: loss = ${fixedDecimals(totalLoss, 4)} (${fixedDecimals(secPerStep, 3)} sec/step)`,
      );
    }
    this.#host?.onStep({ step, loss: totalLoss, secPerStep });
    this.#leaks.afterStep();
    const { onStep } = this.#options.hooks ?? {};
    if (onStep === undefined) return { stepAfter: step, shouldStop };
    await onStep({ step, loss: totalLoss, secPerStep });
    // It may have restored another step's variables.
    return { stepAfter: this.#trainOp.currentStep(), shouldStop };
  }

  /** Whether the step is traced is decided by the step before it, as in TF-Slim. */
  #runStepFn(stepBefore: number): Promise<TrainStepResult> {
    const { trainStepFn = trainStep, trainStepKwargs, traceEveryNSteps = null } = this.#options;
    const run = (): Promise<TrainStepResult> =>
      trainStepFn(this.#trainOp, this.#trainOp.globalStep, trainStepKwargs as K);
    if (traceEveryNSteps === null || this.#folder === null || stepBefore % traceEveryNSteps !== 0)
      return run();
    return traceStep(this.#folder.path, stepBefore, run);
  }

  #isFinished(step: number): boolean {
    const { numberOfSteps } = this.#settings;
    return numberOfSteps !== null && step >= numberOfSteps;
  }

  #isSaveDue(step: number): boolean {
    const { saveEveryNSteps = null } = this.#options;
    return this.#checkpointTimer.take() || (saveEveryNSteps !== null && step % saveEveryNSteps === 0);
  }

  async #saveNow(): Promise<{ path: string; step: number }> {
    if (this.#checkpoints === null) {
      throw new Error('This run has no log folder (logdir is null), so there is nowhere to save to.');
    }
    return { path: await this.#checkpoints.saveIfNew(), step: this.#trainOp.currentStep() };
  }

  /** Saves what was trained before an error, which stays the one that is told: a failure to save is only logged. */
  async #saveAfter(error: unknown): Promise<void> {
    log(`Training ended by an error: ${messageOf(error)}`);
    try {
      await this.#checkpoints?.saveIfNew();
    } catch (failure) {
      log(`WARNING: no checkpoint could be saved either: ${messageOf(failure)}`);
    }
  }
}
