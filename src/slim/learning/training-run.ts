import type * as tf from '@tensorflow/tfjs';
import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import type { TrainingCommand } from '../../protocol/training-host.ts';
import { OutOfRangeError } from '../data/source.ts';
import { log } from '../log.ts';
import { variableHistogram } from '../summaries/variable-histograms.ts';
import { getVariables } from '../variables/select-variables.ts';
import { positionEntries, readPosition } from './data-position.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { fixedDecimals } from './fixed-decimals.ts';
import { IntervalTimer } from './interval-timer.ts';
import { LogFolder } from './log-folder.ts';
import { Saver } from './saver.ts';
import { StopSignals } from './stop-signals.ts';
import { SummaryWriter } from './summary-writer.ts';
import type { ResolvedTrainOptions, TrainOptions } from './train-options.ts';
import type { TrainOp } from './train-op.ts';
import { trainStep } from './train-step.ts';

type EndReason = 'done' | 'stopped' | 'outOfRange';

/** One call of `train`, from opening the log folder to closing it. */
export class TrainingRun<B extends tf.TensorContainer, K> {
  private readonly trainOp: TrainOp<B>;
  private readonly settings: ResolvedTrainOptions;
  private readonly options: TrainOptions<B, K>;
  private readonly host = installedTrainingHost();
  private readonly saver: Saver;
  private readonly checkpointTimer: IntervalTimer;
  private readonly summaryTimer: IntervalTimer;
  private readonly turn = new EventLoopTurn();
  private folder: LogFolder | null = null;
  private writer: SummaryWriter | null = null;
  private signals: StopSignals | null = null;
  private savedAt: number | null = null;
  private loss: number | null = null;
  private stepRate: { readonly step: number; readonly time: number } | null = null;

  constructor(trainOp: TrainOp<B>, settings: ResolvedTrainOptions, options: TrainOptions<B, K>) {
    this.trainOp = trainOp;
    this.settings = settings;
    this.options = options;
    this.saver = options.saver ?? new Saver();
    const hasFolder = settings.logdir !== null;
    this.checkpointTimer = new IntervalTimer(hasFolder ? settings.saveIntervalSecs : null);
    this.summaryTimer = new IntervalTimer(
      hasFolder && options.summaryOp !== null ? settings.saveSummariesSecs : null,
    );
  }

  async toItsEnd(): Promise<number | null> {
    const { logdir } = this.settings;
    if (logdir !== null) this.folder = await LogFolder.open(logdir);
    try {
      if (this.folder !== null) {
        this.writer =
          this.options.summaryWriter === undefined
            ? new SummaryWriter(this.folder.path)
            : this.options.summaryWriter;
      }
      await this.restoreOrInitialize();
      await this.train();
      return this.loss;
    } finally {
      this.signals?.dispose();
      if (this.options.summaryWriter === undefined) await this.writer?.close();
      await this.folder?.close();
    }
  }

  private async restoreOrInitialize(): Promise<void> {
    const { initOp, initFn = null, localInitOp } = this.options;
    const checkpoint = (await this.folder?.newestCheckpoint()) ?? null;
    if (checkpoint === null) {
      await initOp?.();
      await initFn?.();
    } else {
      await this.resumeFrom(checkpoint);
      if (initFn !== null) log('initFn is not run: it is for a log folder without checkpoints.');
    }
    await localInitOp?.();
  }

  private async resumeFrom(prefix: string): Promise<void> {
    log(`Restoring parameters from ${prefix}`);
    await this.saver.restore(prefix);
    if (this.folder !== null) await this.saver.recover(this.folder.path);
    this.savedAt = this.trainOp.currentStep();
    const checkpoint = await openCheckpoint(prefix);
    try {
      const position = await readPosition(checkpoint);
      if (position === null) log('The checkpoint does not say where the data stood: they begin anew.');
      else await this.trainOp.loss.data.seek(position);
    } finally {
      await checkpoint.close();
    }
  }

  private async train(): Promise<void> {
    const startStep = this.trainOp.currentStep();
    const { logdir, numberOfSteps } = this.settings;
    if (this.host === undefined) this.signals = new StopSignals();
    this.host?.onTrainBegin({ logdir, startStep, numberOfSteps });
    this.writer?.addSessionLog('start', startStep);
    let reason: EndReason;
    try {
      reason = this.isFinished() && this.options.extraStepOnResume !== true ? 'done' : await this.loop();
    } catch (error) {
      await this.saveAfter(error);
      throw error;
    }
    log(reason === 'stopped' ? 'Stopping Training.' : 'Finished training! Saving model to disk.');
    await this.saveIfNew();
    this.writer?.addSessionLog('stop', this.trainOp.currentStep());
    this.host?.onTrainEnd({ step: this.trainOp.currentStep(), loss: this.loss, reason });
  }

  private async loop(): Promise<EndReason> {
    for (;;) {
      if (await this.shouldStop()) return 'stopped';
      if (this.checkpointTimer.take()) await this.saveIfNew();
      const summaries = this.summaryTimer.take() ? await this.beginSummaries() : null;
      const step = this.trainOp.currentStep();
      try {
        if (await this.takeStep()) return 'done';
      } catch (error) {
        if (error instanceof OutOfRangeError) return 'outOfRange';
        throw error;
      }
      if (summaries !== null) await this.endSummaries(summaries, step);
      if (this.isFinished()) return 'done';
      await this.turn.giveIfDue();
    }
  }

  /** One step, with its log line. Whether `trainStepFn` wants to end. */
  private async takeStep(): Promise<boolean> {
    const { trainStepFn = trainStep, trainStepKwargs } = this.options;
    const start = performance.now();
    const { totalLoss, shouldStop } = await trainStepFn(
      this.trainOp,
      this.trainOp.globalStep,
      trainStepKwargs as K,
    );
    const secPerStep = (performance.now() - start) / 1000;
    this.loss = totalLoss;
    const step = this.trainOp.currentStep();
    const { logEveryNSteps } = this.settings;
    if (logEveryNSteps > 0 && step % logEveryNSteps === 0) {
      log(
        `global step ${step}: loss = ${fixedDecimals(totalLoss, 4)} (${fixedDecimals(secPerStep, 3)} sec/step)`,
      );
    }
    this.host?.onStep({ step, loss: totalLoss, secPerStep });
    return shouldStop;
  }

  private isFinished(): boolean {
    const { numberOfSteps } = this.settings;
    return numberOfSteps !== null && this.trainOp.currentStep() >= numberOfSteps;
  }

  /** Obeys what signals and the host say. Waits while paused. */
  private async shouldStop(): Promise<boolean> {
    const signal = this.signals?.received ?? null;
    if (signal !== null) {
      log(`Got ${signal}: saving, then ending. A second one ends at once.`);
      return true;
    }
    let isPaused = false;
    for (;;) {
      const command = this.host?.takeCommand();
      if (command === undefined) {
        if (!isPaused || this.host === undefined) return false;
        await this.host.commandArrived();
      } else if (command.type === 'stop') {
        return true;
      } else if (command.type === 'save') {
        await this.obeySave(command);
      } else {
        isPaused = command.type === 'pause';
      }
    }
  }

  private async obeySave(command: TrainingCommand & { type: 'save' }): Promise<void> {
    if (this.folder === null) {
      command.done({ error: 'This run has no log folder (logdir is null), so there is nowhere to save to.' });
      return;
    }
    try {
      command.done({ path: await this.save(this.folder), step: this.trainOp.currentStep() });
    } catch (error) {
      command.done({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  private async saveIfNew(): Promise<void> {
    if (this.folder !== null && this.savedAt !== this.trainOp.currentStep()) await this.save(this.folder);
  }

  private async save(folder: LogFolder): Promise<string> {
    await folder.checkOwned();
    const step = this.trainOp.currentStep();
    log(`Saving checkpoint to path ${folder.checkpointPath}`);
    const position = positionEntries(this.trainOp.loss.data.position());
    const path = await this.saver.save(folder.checkpointPath, step, position);
    this.savedAt = step;
    this.writer?.addSessionLog('checkpoint', step, folder.checkpointPath);
    this.host?.onCheckpoint({ step, path });
    return path;
  }

  /** Saves what was trained before an error, which stays the one that is told: a failure to save is only logged. */
  private async saveAfter(error: unknown): Promise<void> {
    log(`Training ended by an error: ${error instanceof Error ? error.message : String(error)}`);
    try {
      await this.saveIfNew();
    } catch (failure) {
      log(
        `WARNING: no checkpoint could be saved either: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
    }
  }

  /** Histograms of the variables as they are before the step whose other summaries are to come. */
  private async beginSummaries(): Promise<SummaryValue[]> {
    const { summaryOp = null } = this.options;
    if (summaryOp !== null) return [...(await summaryOp())];
    const summaries: SummaryValue[] = [];
    for (const variable of getVariables()) {
      const histogram =
        variable.dtype === 'float32' && variable.shape.length > 0 ? variableHistogram(variable) : null;
      if (histogram !== null) summaries.push(histogram);
      await this.turn.giveIfDue();
    }
    this.trainOp.summarizeNextRun(summaries);
    return summaries;
  }

  /** All belong to the step before which the weights were as the loss found them. */
  private async endSummaries(summaries: readonly SummaryValue[], step: number): Promise<void> {
    const time = performance.now();
    this.writer?.addSummaries(summaries, step);
    if (this.stepRate !== null) {
      const rate = (step - this.stepRate.step) / ((time - this.stepRate.time) / 1000);
      this.writer?.addScalar('global_step/sec', rate, step);
    }
    this.stepRate = { step, time };
    await this.turn.giveIfDue();
  }
}
