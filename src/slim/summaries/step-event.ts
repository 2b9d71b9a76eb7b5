import { encodeEvent } from '../../formats/event.ts';
import { histogramOf } from '../../formats/histogram.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { encodeRecord } from '../../formats/tfrecord.ts';

/** A histogram to be: its values are still to be counted. */
export interface UncountedSummary {
  readonly tag: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** What a step says, on its way into an event file. */
export interface StepEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly summaries: readonly (SummaryValue | UncountedSummary)[];
}

/**
 * The event's record in a file. Values that have no bucket, NaN and infinities, leave their histogram out.
 */
export function encodeStepEvent({ wallTime, step, summaries }: StepEvent): Uint8Array<ArrayBuffer> {
  const summary = summaries.flatMap((each): SummaryValue[] => {
    if (!('values' in each)) return [each];
    const { tag, values } = each;
    return areFinite(values) ? [{ tag, histogram: histogramOf(values) }] : [];
  });
  return encodeRecord(encodeEvent({ wallTime, step, summary }));
}

/** Whether all values are finite: 0 times any other is NaN. */
export function areFinite(values: Float32Array | Int32Array | Uint8Array): boolean {
  let zero = 0;
  for (const value of values) zero += value * 0;
  return zero === 0;
}
