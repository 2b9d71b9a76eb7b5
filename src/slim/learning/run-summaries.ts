import type * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';
import { variableHistogram } from '../summaries/variable-histograms.ts';
import { getVariables } from '../variables/select-variables.ts';
import type { EventLoopTurn } from './event-loop-turn.ts';
import { IntervalTimer } from './interval-timer.ts';
import type { SummaryWriter } from './summary-writer.ts';
import type { SummaryOp } from './train-options.ts';
import type { TrainOp } from './train-op.ts';

/**
 * Writes summaries whenever they are due. They belong to the step before which they are taken: the loss of a step is that
 * of the weights before it.
 */
export class RunSummaries<B extends tf.TensorContainer> {
  readonly #trainOp: TrainOp<B>;
  readonly #writer: SummaryWriter;
  readonly #summaryOp: SummaryOp | undefined;
  readonly #timer: IntervalTimer;
  readonly #turn: EventLoopTurn;
  #begun: { readonly values: SummaryValue[]; readonly step: number } | null = null;
  #last: { readonly step: number; readonly time: number } | null = null;

  constructor(
    trainOp: TrainOp<B>,
    writer: SummaryWriter,
    everySecs: number | null,
    summaryOp: SummaryOp | undefined,
    turn: EventLoopTurn,
  ) {
    this.#trainOp = trainOp;
    this.#writer = writer;
    this.#summaryOp = summaryOp;
    this.#timer = new IntervalTimer(everySecs);
    this.#turn = turn;
  }

  /** Whether the next step is one to be summarized; if so, the wait for the one after begins. */
  isDue(): boolean {
    return this.#timer.take();
  }

  /** To be called before such a step: takes the variables' histograms, and has the step compute its summaries. */
  async beforeStep(): Promise<void> {
    await this.#writer.hasRoom();
    const step = this.#trainOp.currentStep();
    const values: SummaryValue[] = [];
    this.#begun = { values, step };
    if (this.#summaryOp !== undefined) {
      values.push(...(await this.#summaryOp()));
      return;
    }
    for (const variable of getVariables()) {
      const histogram = variableHistogram(variable);
      if (histogram !== null) values.push(histogram);
      if (this.#turn.isDue()) await this.#turn.give();
    }
    this.#trainOp.summarizeNextRun(values);
  }

  /** To be called after a step: writes what it computed. */
  afterStep(): void {
    if (this.#begun === null) return;
    const { values, step } = this.#begun;
    this.#begun = null;
    this.#writer.addSummaries(values, step);
    const time = performance.now();
    if (this.#last !== null) {
      const rate = (step - this.#last.step) / ((time - this.#last.time) / 1000);
      this.#writer.addScalar('global_step/sec', rate, step);
    }
    this.#last = { step, time };
  }
}
