import type * as tf from '@tensorflow/tfjs';
import type { StreamingMetric } from '../evaluation/metric.ts';

export interface AggregatedMetrics<M> {
  readonly namesToValues: { readonly [K in keyof M]: () => tf.Scalar };
  readonly namesToUpdates: { readonly [K in keyof M]: () => void };
}

/**
 * Takes streaming metrics apart: what gives their values, and what updates them, by their names.
 *
 * Source: `tf_slim.metrics.aggregate_metric_map`.
 */
export function aggregateMetricMap<M extends Readonly<Record<string, StreamingMetric>>>(
  namesToMetrics: M,
): AggregatedMetrics<M> {
  const entries = Object.entries(namesToMetrics);
  return {
    namesToValues: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    namesToUpdates: Object.fromEntries(entries.map(([name, { updateOp }]) => [name, updateOp])),
  } as AggregatedMetrics<M>;
}
