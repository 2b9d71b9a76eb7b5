/** Metrics against TF-Slim's: values batch by batch, and names of local variables, that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Metric } from '../../src/slim/evaluation/metric.ts';
import { Graph } from '../../src/slim/scope/graph.ts';
import * as metrics from '../../src/slim/metrics.ts';
import { Pass } from '../../src/slim/scope/pass.ts';
import { runInPass } from '../../src/slim/scope/running-pass.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface MetricCase {
  readonly batches: readonly (readonly Recorded[])[];
  readonly values: readonly Recorded[];
  readonly local_variables?: readonly string[];
}

const cases = readRecorded('metrics') as Readonly<Record<string, MetricCase>>;

/** A batch by what it holds, in the order in which record.py gives it to TF-Slim. */
type Measure = (first: tf.Tensor, second: tf.Tensor, third: tf.Tensor) => Metric;

const ours: Readonly<Record<string, Measure>> = {
  streaming_mean: values => metrics.streamingMean(values),
  streaming_mean_weighted: (values, weights) => metrics.streamingMean(values, { weights }),
  streaming_accuracy: (p, l) => metrics.streamingAccuracy(p, l),
  streaming_accuracy_weighted: (p, l, weights) => metrics.streamingAccuracy(p, l, { weights }),
  streaming_precision: (p, l) => metrics.streamingPrecision(p, l),
  streaming_precision_weighted: (p, l, weights) => metrics.streamingPrecision(p, l, { weights }),
  streaming_recall: (p, l) => metrics.streamingRecall(p, l),
  streaming_recall_weighted: (p, l, weights) => metrics.streamingRecall(p, l, { weights }),
  streaming_auc: (p, l) => metrics.streamingAuc(p, l),
  streaming_auc_weighted: (p, l, weights) => metrics.streamingAuc(p, l, { weights }),
  streaming_auc_pr: (p, l) => metrics.streamingAuc(p, l, { numThresholds: 50, curve: 'PR' }),
  streaming_mean_iou: (p, l) => metrics.streamingMeanIou(p, l, 4),
  streaming_mean_iou_weighted: (p, l, weights) => metrics.streamingMeanIou(p, l, 4, { weights }),
  streaming_mean_squared_error: (p, l) => metrics.streamingMeanSquaredError(p, l),
  streaming_mean_squared_error_weighted: (p, l, weights) =>
    metrics.streamingMeanSquaredError(p, l, { weights }),
  f1_score: (l, p) => metrics.f1Score(l, p),
  f1_score_weighted: (l, p, weights) => metrics.f1Score(l, p, { weights, numThresholds: 20 }),
  accuracy: (p, l) => metrics.accuracy(p, l),
  accuracy_weighted: (p, l, weights) => metrics.accuracy(p, l, { weights }),
};

beforeAll(chooseBackend);

function measure(
  graph: Graph,
  kind: 'build' | 'evaluation',
  fn: Measure,
  batch: readonly Recorded[],
): number {
  const [first, second, third] = batch.map(part => tensorOf(part));
  const empty = tf.tensor([]);
  const pass = new Pass({ kind, isTraining: false, step: tf.scalar(0, 'int32') });
  return runInPass(graph, pass, () => {
    const metric = fn(first ?? empty, second ?? empty, third ?? empty);
    if (metric instanceof tf.Tensor) return metric.dataSync()[0] ?? NaN;
    if (kind === 'evaluation') metric.updateOp();
    return metric.value().dataSync()[0] ?? NaN;
  });
}

describe('a metric is what TF-Slim says, batch by batch', () => {
  test('every recorded case is tested', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(cases));
  });

  test.each(Object.entries(cases))('%s', (name, { batches, values, local_variables = [] }) => {
    const fn = ours[name];
    const [firstBatch] = batches;
    if (fn === undefined || firstBatch === undefined) throw new Error(`The test knows no metric ${name}.`);
    const graph = new Graph();
    measure(graph, 'build', fn, firstBatch);
    expect(graph.collections.get('local_variables').map(variable => variable.name)).toEqual(local_variables);
    const measured = batches.map(batch => measure(graph, 'evaluation', fn, batch));
    expectClose(
      measured,
      values.flatMap(({ data }) => data),
    );
  });

  test('aggregateMetricMap keeps values and updates by their names', () => {
    const graph = new Graph();
    const pass = new Pass({ kind: 'build', isTraining: false, step: tf.scalar(0, 'int32') });
    runInPass(graph, pass, () => {
      const { namesToValues, namesToUpdates } = metrics.aggregateMetricMap({
        mean: metrics.streamingMean(tf.tensor1d([1, 2])),
        precision: metrics.streamingPrecision(tf.tensor1d([1, 1]), tf.tensor1d([1, 0])),
      });
      namesToUpdates.mean();
      namesToUpdates.precision();
      expect(namesToValues.mean().dataSync()[0]).toBe(1.5);
      expect(namesToValues.precision().dataSync()[0]).toBe(0.5);
    });
  });

  test('weights that do not fit are an error', () => {
    expect(() => metrics.accuracy(tf.zeros([4]), tf.zeros([4]), { weights: tf.ones([3]) })).toThrow(
      'Weights of shape [3] do not fit values of shape [4].',
    );
  });
});
