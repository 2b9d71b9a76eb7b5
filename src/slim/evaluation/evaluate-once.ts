import type { SummaryValue } from '../../formats/summary.ts';
import { log } from '../log.ts';
import { Saver } from '../learning/saver.ts';
import { SummaryWriter } from '../learning/summary-writer.ts';
import { getOrCreateGlobalStep, readGlobalStep } from '../variables/global-step.ts';
import { getVariables } from '../variables/select-variables.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { checkpointsIterator } from './checkpoints-iterator.ts';
import type { IteratorOptions } from './checkpoints-iterator.ts';
import type { EvaluationHook } from './evaluation-hook.ts';
import type { Evaluable } from './metric.ts';
import { refuseOptions } from '../refused-options.ts';

export interface EvaluateOnceOptions {
  /** What is restored of the checkpoint. Default: all variables of the graph but an optimizer's. */
  readonly variablesToRestore?: readonly SlimVariable[];
  /** In front of the summaries' tags: `eval/accuracy`. Default: 'eval'. */
  readonly name?: string;
  /** What takes part: {@link StopAfterNEvalsHook}, {@link SummaryAtEndHook}, or yours. Default: none. */
  readonly hooks?: readonly EvaluationHook[];
}

/** Parameters of TF-Slim's evaluation that are said elsewhere, or belong to sessions of TensorFlow 1. */
const REFUSED: Readonly<Record<string, string>> = {
  master: 'evaluation runs in this process',
  sessionConfig: 'there is no session; choose the backend with slim-train run --backend',
  numEvals: 'defineMetrics takes it, and the hook StopAfterNEvalsHook',
  initialOp: 'a checkpoint gives the variables their values',
  initFn: 'a checkpoint gives the variables their values',
  evalOp: 'metrics are the function given to defineMetrics',
  finalOp: 'metrics are the function given to defineMetrics',
  summaryOp:
    'summaries are asked for in the function given to defineMetrics; or use the hook SummaryAtEndHook',
  initialOpFeedDict: 'functions have their values',
  evalOpFeedDict: 'functions have their values',
  finalOpFeedDict: 'functions have their values',
  summaryOpFeedDict: 'functions have their values',
};

/** Metrics by name. */
export type Evaluation = Readonly<Record<string, number>>;

/**
 * Restores a checkpoint and evaluates it; summaries of the metrics go to an event file in `logdir`.
 *
 * Source: `evaluate_once` of tf_slim/evaluation.py. What is evaluated is said by `defineMetrics`, in place of eval_op,
 * final_op and num_evals.
 *
 * @param logdir null: no summaries.
 * @throws TypeError when an option of TF-Slim's is refused.
 */
export async function evaluateOnce(
  metrics: Evaluable,
  checkpointPath: string,
  logdir: string | null,
  options: EvaluateOnceOptions = {},
): Promise<Evaluation> {
  refuseOptions('evaluateOnce', options, REFUSED);
  const writer = logdir === null ? null : new SummaryWriter(logdir);
  try {
    return await evaluateCheckpoint(metrics, checkpointPath, writer, options);
  } finally {
    await writer?.close();
  }
}

export interface EvaluationLoopOptions extends EvaluateOnceOptions {
  /** At least so many seconds from one evaluation to the next. Default: 60. */
  readonly evalIntervalSecs?: number;
  /** Ends after so many. Default: null, never. */
  readonly maxNumberOfEvaluations?: number | null;
  /** Seconds to wait for another checkpoint. Default: null, for ever. */
  readonly timeout?: number | null;
  /** Asked when the time was up: whether to end. Default: it ends. */
  readonly timeoutFn?: () => boolean;
}

/**
 * Evaluates each new checkpoint of a folder that another process trains into.
 *
 * Source: `evaluation_loop` of tf_slim/evaluation.py.
 *
 * @returns The last evaluation; null when there was none.
 */
export async function evaluationLoop(
  metrics: Evaluable,
  checkpointDir: string,
  logdir: string | null,
  options: EvaluationLoopOptions = {},
): Promise<Evaluation | null> {
  refuseOptions('evaluationLoop', options, REFUSED);
  const { evalIntervalSecs = 60, maxNumberOfEvaluations = null, timeout = null, timeoutFn } = options;
  const waiting: IteratorOptions = {
    minIntervalSecs: evalIntervalSecs,
    timeout,
    ...(timeoutFn === undefined ? {} : { timeoutFn }),
  };
  const writer = logdir === null ? null : new SummaryWriter(logdir);
  let last: Evaluation | null = null;
  let evaluations = 0;
  try {
    if (maxNumberOfEvaluations === 0) return null;
    for await (const checkpoint of checkpointsIterator(checkpointDir, waiting)) {
      last = await evaluateCheckpoint(metrics, checkpoint, writer, options);
      evaluations++;
      if (evaluations === maxNumberOfEvaluations) break;
    }
    return last;
  } finally {
    await writer?.close();
  }
}

async function evaluateCheckpoint(
  metrics: Evaluable,
  checkpointPath: string,
  writer: SummaryWriter | null,
  { variablesToRestore, name = 'eval', hooks = [] }: EvaluateOnceOptions,
): Promise<Evaluation> {
  for (const hook of hooks) await hook.begin?.();
  const globalStep = getOrCreateGlobalStep(metrics.graph);
  log(`Restoring parameters from ${checkpointPath}`);
  await metrics.graph.asDefault(() =>
    new Saver({ variables: variablesToRestore ?? modelOf() }).restore(checkpointPath),
  );
  const summaries: SummaryValue[] = [];
  // All hooks are asked, also once one has had enough.
  const isEnough = (evals: number): boolean =>
    hooks.filter(hook => hook.afterRun?.(evals) === true).length > 0;
  const evaluation: Evaluation = await metrics.evaluate(summaries, isEnough);
  const step = readGlobalStep(globalStep);
  for (const hook of hooks) await hook.end?.({ globalStep: step, evaluation, summaries: [...summaries] });
  for (const [metric, simpleValue] of Object.entries(evaluation)) {
    summaries.push({ tag: `${name}/${metric}`, simpleValue });
  }
  writer?.addSummaries(summaries, step);
  await writer?.flush();
  const text = Object.entries(evaluation).map(([metric, value]) => `${metric} = ${value.toFixed(4)}`);
  log(`Evaluation at global step ${step}: ${text.join(', ')}`);
  return evaluation;
}

/** Evaluating needs no slots; a graph that only evaluates has none. */
function modelOf(): SlimVariable[] {
  const optimizers = new Set(getVariables({}, GraphKeys.OPTIMIZER_VARIABLES));
  return getVariables().filter(variable => !optimizers.has(variable));
}
