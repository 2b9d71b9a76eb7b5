import type * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';
import type { Graph } from '../scope/graph.ts';

/**
 * A metric over many batches, as TF-Slim's `streaming_*` give them: what it has counted is in local variables, which each
 * evaluation sets back at its start.
 */
export interface StreamingMetric {
  /** The metric of all batches counted so far. */
  readonly value: () => tf.Scalar;
  /** Counts the batch of the running pass. */
  readonly updateOp: () => void;
}

/** A scalar of one batch, averaged over the batches by their numbers of examples; or one that counts by itself. */
export type Metric = tf.Scalar | StreamingMetric;

export type MetricValues<M> = { readonly [K in keyof M]: number };

/** What `defineMetrics` gives, of whatever data. */
export interface Evaluable {
  readonly graph: Graph;
  /**
   * Measures the model as it is now; `summaries` gets what the model asks summaries of. `isEnough` is asked after each batch,
   * with the number of batches so far.
   */
  evaluate(
    summaries: SummaryValue[] | null,
    isEnough?: (evalsCompleted: number) => boolean,
  ): Promise<Readonly<Record<string, number>>>;
}
