import type * as tf from '@tensorflow/tfjs';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import type { Graph } from '../scope/graph.ts';
import { log } from '../log.ts';
import { refuseOptions } from '../refused-options.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import type { KeepBestOptions } from './best-checkpoints.ts';
import type { EarlyStoppingOptions, EvaluateOptions } from './evaluation-beside-training.ts';
import type { Saver } from './saver.ts';
import type { SummaryWriter } from './summary-writer.ts';
import type { TrainStepFn } from './train-step.ts';
import type { EndReason } from './end-reason.ts';

/** A function that sets variables: what TF-Slim calls an op. */
export type InitOp = () => void | Promise<void>;

/**
 * Asked before the first step: names what is not ready yet, `[]` or null for nothing. Source: `ready_op` of
 * tensorflow/python/training/session_manager.py.
 */
export type ReadyOp = () => readonly string[] | null | Promise<readonly string[] | null>;

/** Gives the summaries to be written. */
export type SummaryOp = () => readonly SummaryValue[] | Promise<readonly SummaryValue[]>;

/** Functions that the loop calls. What they return is awaited. */
export interface TrainHooks {
  readonly onStep?: (progress: { step: number; loss: number; secPerStep: number }) => void | Promise<void>;
  readonly onSave?: (checkpoint: { step: number; path: string }) => void;
  readonly onEnd?: (end: { step: number; loss: number | null; reason: EndReason }) => void | Promise<void>;
}

export interface TrainOptions<B extends tf.TensorContainer = tf.TensorContainer, K = unknown> {
  /** What is run in each step. Default: {@link trainStep}. */
  readonly trainStepFn?: TrainStepFn<B, K>;
  /** Handed to `trainStepFn`. */
  readonly trainStepKwargs?: K;
  /** A log line at steps that this divides. Default: 1. 0: none. */
  readonly logEveryNSteps?: number;
  /** The train op's own graph, for those who name it; another one is an error. Default: that graph. */
  readonly graph?: Graph;
  /**
   * The variable that counts the steps, scalar int64 or int32: the train op's own, since no other is counted up; another
   * one is an error. Default: that variable.
   */
  readonly globalStep?: SlimVariable;
  /** Gradient steps in all, as the global step counts them over all starts. Default: null, no end. */
  readonly numberOfSteps?: number | null;
  /** Run first, when the log folder has no checkpoint. */
  readonly initOp?: InitOp | null;
  /** Run at each start, after restoring or initializing. */
  readonly localInitOp?: InitOp | null;
  /** Run after `initOp`, when the log folder has no checkpoint: from `assignFromCheckpoint`, `assignFromValues`, or yours. */
  readonly initFn?: InitOp | null;
  /**
   * Asked once, after restoring or initializing and `localInitOp`; any name that it gives is the error "Model is not
   * ready". Default: variables without a value. null: not asked.
   */
  readonly readyOp?: ReadyOp | null;
  /** Gives the summaries to be written. Default: those that the step computed and histograms of all variables. null: none. */
  readonly summaryOp?: SummaryOp | null;
  /** Summaries every so many seconds, and at once. Default: 600. 0 or null: none. */
  readonly saveSummariesSecs?: number | null;
  /** Default: one that writes into `logdir`. null: no event file. */
  readonly summaryWriter?: SummaryWriter | null;
  /** Default: saves all variables and keeps 5 checkpoints. */
  readonly saver?: Saver;
  /** A checkpoint every so many seconds, and at once. Default: 600. 0 or null: only at the end. */
  readonly saveIntervalSecs?: number | null;
  /** A checkpoint also at steps that this divides. Default: null. */
  readonly saveEveryNSteps?: number | null;
  /** Writes how long each kernel of a step took, at steps that this divides, to `tf_trace-STEP.json`. Default: null. */
  readonly traceEveryNSteps?: number | null;
  /**
   * Whether steps may run as graphs: on the native backend a step that does the same each time becomes one call of
   * TensorFlow, which gives the same values sooner. Default: true. false: each step is run operation by operation, as
   * are those that cannot be a graph; the console says why.
   */
  readonly graphMode?: boolean;
  /** A graph is compared to the eager step again after so many steps. Default: 1000. null: only when it is made. */
  readonly verifyGraphEveryNSteps?: number | null;
  /** What is measured while training goes on, and at its end. */
  readonly evaluate?: EvaluateOptions;
  /** The checkpoints with the best values of a metric of `evaluate` stay, however old. */
  readonly keepBest?: KeepBestOptions;
  /** Training stops when a metric of `evaluate` does not become better any more. */
  readonly earlyStopping?: EarlyStoppingOptions;
  readonly hooks?: TrainHooks;
  /** TF-Slim's way with a run that has all its steps: one more at each start. Default: false, it takes none. */
  readonly extraStepOnResume?: boolean;
}

/** Options with defaults filled in and what whoever started the run has set. */
export interface ResolvedTrainOptions {
  readonly logdir: string | null;
  readonly numberOfSteps: number | null;
  readonly saveSummariesSecs: number | null;
  readonly saveIntervalSecs: number | null;
  readonly logEveryNSteps: number;
}

/** Parameters of TF-Slim's `train` that belong to sessions and clusters of TF1, and what there is instead. */
const REFUSED: Readonly<Record<string, string>> = {
  master: 'training runs in this process',
  isChief: 'there is one process, and it is the chief',
  startupDelaySteps: 'there is one process, which needs not wait',
  syncOptimizer: 'there is one process; for larger batches accumulate gradients',
  sessionConfig: 'there is no session; choose the backend with slim-train run --backend',
  sessionWrapper: 'there is no session; wrap a step with trainStepFn',
  ignoreLiveThreads: 'there are no threads',
  initFeedDict: 'ops are functions here: give initOp a function that has its values',
  localInitFeedDict: 'ops are functions here: give localInitOp a function that has its values',
};

export function resolveTrainOptions<B extends tf.TensorContainer, K>(
  logdir: string | null,
  options: TrainOptions<B, K>,
): ResolvedTrainOptions {
  refuseOptions('train', options, REFUSED);
  const overrides = installedTrainingHost()?.overrides ?? {};
  const resolved = {
    logdir: overridden('logdir', overrides.logdir, logdir),
    numberOfSteps: overridden('numberOfSteps', overrides.numberOfSteps, options.numberOfSteps ?? null),
    saveSummariesSecs: overridden(
      'saveSummariesSecs',
      overrides.saveSummariesSecs,
      options.saveSummariesSecs === undefined ? 600 : options.saveSummariesSecs,
    ),
    saveIntervalSecs: overridden(
      'saveIntervalSecs',
      overrides.saveIntervalSecs,
      options.saveIntervalSecs === undefined ? 600 : options.saveIntervalSecs,
    ),
    logEveryNSteps: options.logEveryNSteps ?? 1,
  };
  const { numberOfSteps } = resolved;
  if (numberOfSteps !== null && !(Number.isInteger(numberOfSteps) && numberOfSteps > 0)) {
    throw new RangeError('`numberOfSteps` must be either null or a positive integer.');
  }
  const { verifyGraphEveryNSteps = null } = options;
  if (
    verifyGraphEveryNSteps !== null &&
    !(Number.isInteger(verifyGraphEveryNSteps) && verifyGraphEveryNSteps > 0)
  ) {
    throw new RangeError('`verifyGraphEveryNSteps` must be either null or a positive integer.');
  }
  if (options.evaluate === undefined) {
    for (const name of ['keepBest', 'earlyStopping'] as const) {
      if (options[name] !== undefined)
        throw new TypeError(`${name} goes by a metric: it takes the option evaluate as well.`);
    }
  }
  if (resolved.logdir === null) refuseWithoutLogdir(options);
  return resolved;
}

function overridden<T>(name: string, override: T | undefined, own: T): T {
  if (override === undefined || override === own) return override ?? own;
  log(`${name} = ${String(override)}, set by whoever started the run (the script says ${String(own)}).`);
  return override;
}

function refuseWithoutLogdir<B extends tf.TensorContainer, K>(options: TrainOptions<B, K>): void {
  for (const name of ['summaryOp', 'saver', 'summaryWriter', 'traceEveryNSteps', 'keepBest'] as const) {
    if ((options[name] ?? null) !== null)
      throw new TypeError(`Cannot provide ${name} because logdir is null.`);
  }
}
