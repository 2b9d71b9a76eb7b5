import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A bit of everything that keeps tensors beyond an operation: update ops, saved tensors, slices, random draws. */
function model({ images, ids, labels }: { images: tf.Tensor; ids: tf.Tensor; labels: tf.Tensor }): tf.Scalar {
  let net = slim.conv2d(images as tf.Tensor4D, 4, 3, { normalizerFn: slim.batchNorm, rate: 2 });
  net = slim.separableConv2d(net, 4, 3, { normalizerFn: slim.groupNorm, normalizerParams: { groups: 2 } });
  net = slim.batchNorm(slim.layerNorm(net), { zeroDebiasMovingMean: true, updatesCollections: null });
  net = slim.avgPool2d(slim.maxPool2d(net, 2), 2, { padding: 'SAME' });
  const table = slim.modelVariable('table', { shape: [5, 3], regularizer: null });
  const embedded = slim.dropout(slim.embeddingLookup(table, ids));
  const features = tf.concat([slim.flatten(net), slim.flatten(slim.scaleGradient(embedded, 0.5))], 1);
  const logits = slim.stack(features, slim.fullyConnected, [8, 3], { activationFn: null });
  slim.losses.sparseSoftmaxCrossEntropy(logits, labels, { weights: tf.tensor1d([1, 0, 2, 1]) });
  slim.losses.addLoss(slim.losses.tripletSemihardLoss(labels, logits).mul(tf.scalar(0.1)));
  return slim.losses.getTotalLoss();
}

test('a step of many layers leaves no tensor behind', async () => {
  await new slim.Graph().asDefault(async () => {
    const data = slim.data.arrays(
      {
        images: { values: new Float32Array(4 * 64).map((_, i) => Math.sin(i)), shape: [4, 8, 8, 1] },
        ids: { values: Int32Array.of(0, 1, 4, 1), shape: [4, 1] },
        labels: { values: Int32Array.of(0, 1, 0, 2), shape: [4] },
      },
      { batchSize: 4 },
    );
    const loss = await slim.defineLoss(data, model);
    const average = new slim.train.ExponentialMovingAverage(0.9, {
      numUpdates: slim.getOrCreateGlobalStep(),
    });
    slim.addToCollection(slim.GraphKeys.UPDATE_OPS, average.apply());
    const learningRate = slim.train.cosineDecayRestarts(slim.train.noisyLinearCosineDecay(0.001, 100), 10);
    const optimizer = new slim.train.RMSPropOptimizer(learningRate, { momentum: 0.5, centered: true });
    const trainOp = await slim.learning.createTrainOp(loss, optimizer, { clipGradientNorm: 1 });
    await trainOp.run();
    const { numTensors } = tf.memory();
    const losses = [await trainOp.run(), await trainOp.run(), await trainOp.run()];
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
