import type * as tf from '@tensorflow/tfjs';
import type { Evaluable } from '../evaluation/metric.ts';
import { log } from '../log.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { BestCheckpoints, isBetter } from './best-checkpoints.ts';
import type { KeepBestOptions } from './best-checkpoints.ts';
import type { RunCheckpoints } from './run-checkpoints.ts';
import type { SummaryWriter } from './summary-writer.ts';

export interface EvaluateOptions {
  /** From `defineMetrics`. */
  readonly metrics: Evaluable;
  /** Evaluated at steps that this divides, and at the end. */
  readonly everyNSteps: number;
  /** In front of the summaries' tags: `eval/accuracy`. Default: 'eval'. */
  readonly name?: string;
}

export interface EarlyStoppingOptions {
  /** Name of the metric. */
  readonly metric: string;
  /** Training stops after so many evaluations in a row without a better value. */
  readonly patience: number;
  /** Whether more is better. Default: 'max'. */
  readonly mode?: 'max' | 'min';
  /** A value has to be better by more than that. Default: 0. */
  readonly minDelta?: number;
}

/** Evaluates while training goes on, and does what hangs on it: keeps the best checkpoints, stops early. */
export class EvaluationBesideTraining<B extends tf.TensorContainer> {
  readonly #options: EvaluateOptions;
  readonly #best: BestCheckpoints | null;
  readonly #earlyStopping: EarlyStoppingOptions | null;
  readonly #checkpoints: RunCheckpoints<B> | null;
  readonly #writer: SummaryWriter | null;
  #evaluatedAt: number | null = null;

  constructor(
    options: EvaluateOptions,
    keepBest: KeepBestOptions | null,
    earlyStopping: EarlyStoppingOptions | null,
    logdir: string | null,
    checkpoints: RunCheckpoints<B> | null,
    writer: SummaryWriter | null,
  ) {
    if (!(Number.isInteger(options.everyNSteps) && options.everyNSteps > 0)) {
      throw new RangeError(`evaluate.everyNSteps has to be a positive integer: ${options.everyNSteps}.`);
    }
    if (keepBest !== null && logdir === null)
      throw new TypeError('Cannot provide keepBest because logdir is null.');
    this.#options = options;
    this.#best = keepBest === null || logdir === null ? null : new BestCheckpoints(logdir, keepBest);
    this.#bestMetric = keepBest?.metric ?? null;
    this.#earlyStopping = earlyStopping;
    this.#checkpoints = checkpoints;
    this.#writer = writer;
  }

  readonly #bestMetric: string | null;

  /** Goes on with what an earlier start knew. */
  async begin(): Promise<void> {
    if (this.#best === null) return;
    await this.#best.load();
    await this.#checkpoints?.preserve(this.#best.prefixes);
  }

  isDue(step: number): boolean {
    return step % this.#options.everyNSteps === 0;
  }

  /** Evaluates the model that training ended with, unless that was just done. */
  async atEnd(step: number): Promise<void> {
    if (this.#evaluatedAt !== step) await this.evaluate(step);
  }

  /** Evaluates now. Whether training is to stop early. */
  async evaluate(step: number): Promise<boolean> {
    this.#evaluatedAt = step;
    const { metrics, name = 'eval' } = this.#options;
    const summaries: SummaryValue[] = [];
    const values: Readonly<Record<string, number>> = await metrics.evaluate(summaries);
    for (const [metric, value] of Object.entries(values)) {
      summaries.push({ tag: `${name}/${metric}`, simpleValue: value });
    }
    this.#writer?.addSummaries(summaries, step);
    const text = Object.entries(values).map(([metric, value]) => `${metric} = ${value.toFixed(4)}`);
    log(`Evaluation at global step ${step}: ${text.join(', ')}`);
    const shouldStop = this.#isWithoutHope(values);
    await this.#keepIfBest(values, step);
    return shouldStop;
  }

  async #keepIfBest(values: Readonly<Record<string, number>>, step: number): Promise<void> {
    if (this.#best === null || this.#bestMetric === null || this.#checkpoints === null) return;
    const value = valueOf(values, this.#bestMetric, 'keepBest');
    if (!this.#best.isAmongBest(value)) return;
    await this.#best.add(await this.#checkpoints.saveIfNew(), step, value);
    await this.#checkpoints.preserve(this.#best.prefixes);
  }

  #isWithoutHope(values: Readonly<Record<string, number>>): boolean {
    if (this.#earlyStopping === null) return false;
    const { metric, patience, mode = 'max', minDelta = 0 } = this.#earlyStopping;
    const value = valueOf(values, metric, 'earlyStopping');
    const state = this.#state;
    const best = state['early_stopping_best'];
    const least = best === undefined ? undefined : mode === 'max' ? best + minDelta : best - minDelta;
    const isProgress = !Number.isNaN(value) && (least === undefined || isBetter(mode, value, least));
    const failures = isProgress ? 0 : (state['early_stopping_failures'] ?? 0) + 1;
    const kept = isProgress ? value : best;
    this.#state = {
      ...state,
      ...(kept === undefined ? {} : { early_stopping_best: kept }),
      early_stopping_failures: failures,
    };
    if (failures < patience) return false;
    log(`Stopping early: ${metric} has not become better in ${failures} evaluations.`);
    return true;
  }

  #ownState: Readonly<Record<string, number>> = {};

  /** Kept with the checkpoints, so that a resumed run has as much patience left as before. */
  get #state(): Readonly<Record<string, number>> {
    return this.#checkpoints?.loopState ?? this.#ownState;
  }

  set #state(state: Readonly<Record<string, number>>) {
    this.#ownState = state;
    if (this.#checkpoints !== null) this.#checkpoints.loopState = state;
  }
}

function valueOf(values: Readonly<Record<string, number>>, metric: string, option: string): number {
  const value = values[metric];
  if (value === undefined) {
    throw new RangeError(
      `${option} asks for the metric ${metric}; there are ${Object.keys(values).join(', ')}.`,
    );
  }
  return value;
}
