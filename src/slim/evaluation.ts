/** `slim.evaluation`: evaluating checkpoints, beside the process that trains. */

export { checkpointsIterator, waitForNewCheckpoint } from './evaluation/checkpoints-iterator.ts';
export type { IteratorOptions, WaitOptions } from './evaluation/checkpoints-iterator.ts';
export { evaluateOnce, evaluationLoop } from './evaluation/evaluate-once.ts';
export type { EvaluateOnceOptions, Evaluation, EvaluationLoopOptions } from './evaluation/evaluate-once.ts';
export type { EndOfEvaluation, EvaluationHook } from './evaluation/evaluation-hook.ts';
export { StopAfterNEvalsHook } from './evaluation/stop-after-n-evals-hook.ts';
export type { StopAfterNEvalsOptions } from './evaluation/stop-after-n-evals-hook.ts';
export { SummaryAtEndHook } from './evaluation/summary-at-end-hook.ts';
export type { SummaryAtEndOptions } from './evaluation/summary-at-end-hook.ts';
