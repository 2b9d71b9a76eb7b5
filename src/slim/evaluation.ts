/** `slim.evaluation`: evaluating checkpoints, beside the process that trains. */

export { checkpointsIterator, waitForNewCheckpoint } from './evaluation/checkpoints-iterator.ts';
export type { IteratorOptions, WaitOptions } from './evaluation/checkpoints-iterator.ts';
export { evaluateOnce, evaluationLoop } from './evaluation/evaluate-once.ts';
export type { EvaluateOnceOptions, Evaluation, EvaluationLoopOptions } from './evaluation/evaluate-once.ts';
