/** A small classifier that trains in milliseconds: dropout, batch norm, penalties, slots. */

import * as tf from '@tensorflow/tfjs';
import * as slim from '../../../src/slim/index.ts';
import { uniformValues } from '../../../src/slim/random/random-values.ts';

export interface SmallBatch extends tf.NamedTensorMap {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor1D;
}

export interface Small {
  readonly trainOp: slim.learning.TrainOp<SmallBatch>;
  readonly data: slim.data.IndexedSource<SmallBatch>;
  readonly metrics: slim.Metrics<SmallBatch, { readonly accuracy: tf.Scalar }>;
}

function examples(): SmallBatch {
  const values = uniformValues(200, 7, -1, 1);
  const x = tf.tensor2d(values, [50, 4]);
  return { x, y: tf.tidy(() => x.sum<tf.Tensor1D>(1).greater<tf.Tensor1D>(0).toInt()) };
}

export function smallModel(x: tf.Tensor2D): tf.Tensor2D {
  const weightsRegularizer = slim.l2Regularizer(1e-3);
  return slim.argScope([slim.fullyConnected], { weightsRegularizer }, () => {
    let net = slim.fullyConnected(x, 8, { scope: 'fc1', normalizerFn: slim.batchNorm });
    net = slim.dropout(net, { keepProb: 0.8, scope: 'dropout1' });
    return slim.fullyConnected(net, 2, { activationFn: null, scope: 'fc2' });
  });
}

/** A process of its own: what is in the current graph, with data shuffled in batches of 8 of 50. */
export async function makeSmall(
  options: slim.data.BatchOptions = {},
  trainOpOptions: () => slim.learning.CreateTrainOpOptions = () => ({}),
): Promise<Small> {
  const data = slim.data.arrays(examples(), { batchSize: 8, ...options });
  const loss = await slim.defineLoss(data, ({ x, y }) => {
    slim.losses.softmaxCrossEntropy(smallModel(x), tf.oneHot(y, 2).toFloat());
    return slim.losses.getTotalLoss();
  });
  const metrics = await slim.defineMetrics(
    slim.data.arrays(examples(), { batchSize: 20, shuffle: false }),
    ({ x, y }) => ({ accuracy: slim.metrics.accuracy(tf.argMax(smallModel(x), 1), y) }),
  );
  const optimizer = new slim.train.AdamOptimizer(0.02);
  const trainOp = await slim.learning.createTrainOp(loss, optimizer, trainOpOptions());
  return { trainOp, data, metrics };
}

/** Trains in a graph of its own, as a new process would. */
export function trainSmall(
  logdir: string | null,
  options: (small: Small) => slim.learning.TrainOptions<SmallBatch>,
  data: slim.data.BatchOptions = {},
  trainOpOptions?: () => slim.learning.CreateTrainOpOptions,
): Promise<number | null> {
  return new slim.Graph().asDefault(async () => {
    const small = await makeSmall(data, trainOpOptions);
    return slim.learning.train(small.trainOp, logdir, options(small));
  });
}
