/** Metric-learning losses against TF-Slim's: values and gradients that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as losses from '../../src/slim/losses.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface MetricLearningCase {
  readonly labels: Recorded;
  readonly embeddings: readonly Recorded[];
  readonly value: Recorded;
  readonly gradients: readonly Recorded[];
}

const cases = readRecorded('metric-learning') as Readonly<Record<string, MetricLearningCase>>;

type Loss = (labels: tf.Tensor, first: tf.Tensor2D, second: tf.Tensor2D) => tf.Scalar;

const ours: Readonly<Record<string, Loss>> = {
  cluster_loss: (l, a) => losses.clusterLoss(l, a, 1),
  cluster_loss_clustered: (l, a) => losses.clusterLoss(l, a, 4),
  cluster_loss_not_refined: (l, a) => losses.clusterLoss(l, a, 3, { enablePamFinetuning: false }),
  cluster_loss_ami: (l, a) => losses.clusterLoss(l, a, 2, { marginType: 'ami' }),
  cluster_loss_ari: (l, a) => losses.clusterLoss(l, a, 2, { marginType: 'ari' }),
  cluster_loss_vmeasure: (l, a) => losses.clusterLoss(l, a, 2, { marginType: 'vmeasure' }),
  cluster_loss_const: (l, a) => losses.clusterLoss(l, a, 2, { marginType: 'const' }),
  contrastive_loss: (l, a, b) => losses.contrastiveLoss(l, a, b),
  contrastive_loss_margin: (l, a, b) => losses.contrastiveLoss(l, a, b, { margin: 2 }),
  triplet_semihard_loss: (l, a) => losses.tripletSemihardLoss(l, a),
  triplet_semihard_loss_margin: (l, a) => losses.tripletSemihardLoss(l, a, { margin: 0.3 }),
  npairs_loss: (l, a, b) => losses.npairsLoss(l, a, b),
  npairs_loss_multilabel: (l, a, b) => losses.npairsLossMultilabel(l as tf.Tensor2D, a, b),
  lifted_struct_loss: (l, a) => losses.liftedStructLoss(l, a),
};

beforeAll(chooseBackend);

describe('a metric-learning loss is what TF-Slim computes', () => {
  test('every recorded case is tested', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(cases));
  });

  test.each(Object.entries(cases))('%s', (name, expected) => {
    const loss = ours[name];
    if (loss === undefined) throw new Error(`The test knows no loss ${name}.`);
    const labels = tensorOf(expected.labels, 'int32');
    const embeddings = expected.embeddings.map(embedding => tensorOf(embedding));
    const compute = (...args: tf.Tensor[]): tf.Scalar => {
      const [first, second = first] = args as [tf.Tensor2D, tf.Tensor2D | undefined];
      return loss(labels, first, second);
    };
    expectClose(compute(...embeddings).dataSync(), expected.value.data);
    tf.grads(compute)(embeddings).forEach((gradient, index) => {
      expectClose(gradient.dataSync(), expected.gradients[index]?.data ?? []);
    });
  });
});
