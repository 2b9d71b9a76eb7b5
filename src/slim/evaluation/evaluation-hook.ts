import type { SummaryValue } from '../../formats/summary.ts';

/** What a hook is told at the end of an evaluation. */
export interface EndOfEvaluation {
  /** Of the checkpoint. */
  readonly globalStep: number;
  /** Metrics by name. */
  readonly evaluation: Readonly<Record<string, number>>;
  /** What the function given to `defineMetrics` asked summaries of. */
  readonly summaries: readonly SummaryValue[];
}

/** Takes part in the evaluation of a checkpoint. Source: `SessionRunHook` of tensorflow/python/training/session_run_hook.py. */
export interface EvaluationHook {
  /** Before the checkpoint is restored. */
  begin?(): void | Promise<void>;
  /** After each batch, with the number of batches so far. true: that is enough. */
  afterRun?(evalsCompleted: number): boolean;
  /** After the last batch. */
  end?(end: EndOfEvaluation): void | Promise<void>;
}
