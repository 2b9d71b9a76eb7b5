import type { SummaryOp } from '../learning/train-options.ts';
import { SummaryWriter } from '../learning/summary-writer.ts';
import type { EndOfEvaluation, EvaluationHook } from './evaluation-hook.ts';

export interface SummaryAtEndOptions {
  /** Gives the summaries. Default: those that the function given to `defineMetrics` asked for. */
  readonly summaryOp?: SummaryOp;
}

/**
 * Writes summaries at the end of an evaluation, to a folder or a writer of its own. What an evaluation writes to its `logdir` it
 * writes without this hook.
 *
 * Source: `SummaryAtEndHook` of tf_slim/evaluation.py.
 */
export class SummaryAtEndHook implements EvaluationHook {
  readonly #target: string | SummaryWriter;
  readonly #summaryOp: SummaryOp | undefined;

  /** @param target A log folder, or a writer, which stays open. */
  constructor(target: string | SummaryWriter, options: SummaryAtEndOptions = {}) {
    this.#target = target;
    this.#summaryOp = options.summaryOp;
  }

  async end({ globalStep, summaries }: EndOfEvaluation): Promise<void> {
    const values = this.#summaryOp === undefined ? summaries : await this.#summaryOp();
    if (this.#target instanceof SummaryWriter) {
      this.#target.addSummaries(values, globalStep);
      await this.#target.flush();
      return;
    }
    const writer = new SummaryWriter(this.#target);
    writer.addSummaries(values, globalStep);
    await writer.close();
  }
}
