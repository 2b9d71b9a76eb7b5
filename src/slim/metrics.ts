/** `slim.metrics`: what is measured of a model. */

export type { Metric, MetricValues, StreamingMetric } from './evaluation/metric.ts';
export { accuracy } from './metrics/accuracy.ts';
export { aggregateMetricMap } from './metrics/aggregate-metric-map.ts';
export type { AggregatedMetrics } from './metrics/aggregate-metric-map.ts';
export { f1Score } from './metrics/f1-score.ts';
export type { F1ScoreOptions } from './metrics/f1-score.ts';
export type { MetricOptions } from './metrics/metric-options.ts';
export { streamingAccuracy } from './metrics/streaming-accuracy.ts';
export { streamingAuc } from './metrics/streaming-auc.ts';
export type { AucOptions } from './metrics/streaming-auc.ts';
export { streamingMeanIou } from './metrics/streaming-mean-iou.ts';
export { streamingMeanSquaredError } from './metrics/streaming-mean-squared-error.ts';
export { streamingMean } from './metrics/streaming-mean.ts';
export { streamingPrecision } from './metrics/streaming-precision.ts';
export { streamingRecall } from './metrics/streaming-recall.ts';
