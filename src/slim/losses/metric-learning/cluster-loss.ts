import * as tf from '@tensorflow/tfjs';
import { CLUSTERING_SCORES } from './clustering-scores.ts';
import { assignToMedoids, chooseMedoids, refineMedoids, type ClusteringProblem } from './medoids.ts';
import { pairwiseDistance } from './pairwise-distance.ts';

export interface ClusterLossOptions {
  /** Exchange medoids for better ones once they are chosen. Default: true. */
  readonly enablePamFinetuning?: boolean;
  /**
   * How the clustering is compared with the labels: mutual information, normalized (`nmi`, the default) or adjusted for
   * chance (`ami`), the adjusted Rand index (`ari`), the V-measure, or whether both are the same (`const`).
   */
  readonly marginType?: keyof typeof CLUSTERING_SCORES;
}

/**
 * Wants the best clustering of the embeddings to be that of the labels, by a margin which grows with how unlike it the
 * other clusterings are (Song et al., Deep Metric Learning via Facility Location, 2017).
 *
 * Source: `tf_slim.losses.metric_learning.cluster_loss`. As there, it is not added to the losses of the pass: give it to
 * `addLoss`. Which clustering is the best is found outside of TensorFlow.js, as TF-Slim finds it outside of TensorFlow: a
 * step with this loss runs op by op.
 *
 * @param labels int32 [batch] or [batch, 1].
 * @param embeddings float32 [batch, dimensions], of unit length.
 * @param marginMultiplier Factor of the margin.
 * @returns A float32 scalar.
 */
export function clusterLoss(
  labels: tf.Tensor,
  embeddings: tf.Tensor2D,
  marginMultiplier: number,
  options: ClusterLossOptions = {},
): tf.Scalar {
  const distances = pairwiseDistance(embeddings);
  const problem: ClusteringProblem = {
    distances: rowsOf(distances),
    labels: [...labels.dataSync()],
    marginMultiplier,
    score: CLUSTERING_SCORES[options.marginType ?? 'nmi'],
  };
  const chosen = chooseMedoids(problem);
  const medoids = (options.enablePamFinetuning ?? true) ? refineMedoids(problem, chosen) : chosen;
  const score = problem.score(problem.labels, assignToMedoids(problem, medoids));
  const nearest = distances.gather(tf.tensor1d(medoids, 'int32')).min(0).sum();
  const margin = tf.scalar(marginMultiplier * (1 - score));
  return energyOfLabels(distances, problem.labels).sub(nearest).add(margin).maximum<tf.Scalar>(tf.scalar(0));
}

/** Of the clustering by labels: for each label, the distances to the point from which they are least. */
function energyOfLabels(distances: tf.Tensor2D, labels: readonly number[]): tf.Tensor {
  const energies = [...new Set(labels)].map(label => {
    const members = [...labels.keys()].filter(point => labels[point] === label);
    const ids = tf.tensor1d(members, 'int32');
    return distances.gather(ids).gather(ids, 1).sum(0).min();
  });
  return tf.stack(energies).sum();
}

function rowsOf(distances: tf.Tensor2D): Float32Array[] {
  const values = distances.dataSync<'float32'>();
  const [count] = distances.shape;
  return Array.from({ length: count }, (_, row) => values.subarray(row * count, (row + 1) * count));
}
