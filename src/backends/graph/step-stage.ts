import type { CompiledStep } from './compiled-step.ts';
import type { StepRecord } from './step-record.ts';

/** How far the steps of one signature are on their way to a graph. */
export type StepStage<P> =
  /** Run eagerly until a graph would have paid. */
  | { readonly kind: 'waiting'; readonly eagerMs: number }
  /** Recorded; once two records in a row are the same, that is the graph. */
  | { readonly kind: 'recording'; readonly previous: StepRecord | null; readonly attempts: number }
  | { readonly kind: 'unverified'; readonly compiled: CompiledStep; readonly payload: P }
  | { readonly kind: 'graph'; readonly compiled: CompiledStep; readonly payload: P; stepsLeft: number }
  | { readonly kind: 'eager'; readonly reason: string };

/** How often steps are recorded, in search of two that are the same, before they stay eager. */
export const MOST_RECORDINGS = 3;
