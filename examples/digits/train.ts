// Trains LeNet on 1,797 handwritten digits, and measures it on a fifth of them that it never sees.
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const FLAGS = slim.hparams({ learningRate: 0.05, momentum: 0.9, keepProb: 0.5, batchSize: 32, steps: 1000 });

const read = (name: string): Promise<Uint8Array> => slim.data.readBytes(new URL(name, import.meta.url));
const pixels = Float32Array.from(await read('images.u8'), value => value / 16 - 0.5);
const digits = {
  images: tf.tensor4d(pixels, [1797, 8, 8, 1]),
  labels: tf.tensor1d(await read('labels.u8'), 'int32'),
};
const { train, heldOut } = slim.data.holdOut(digits, 5);
const trainData = slim.data.arrays(train, { batchSize: FLAGS.batchSize });
const testData = slim.data.arrays(heldOut, { batchSize: 120, shuffle: false });

const totalLoss = await slim.defineLoss(trainData, ({ images, labels }) => {
  slim.losses.softmaxCrossEntropy(lenet(images), tf.oneHot(labels, 10).toFloat());
  return slim.losses.getTotalLoss();
});
const metrics = await slim.defineMetrics(testData, ({ images, labels }) => ({
  accuracy: slim.metrics.accuracy(tf.argMax(lenet(images), 1), labels),
}));

const optimizer = new slim.train.MomentumOptimizer(FLAGS.learningRate, FLAGS.momentum);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);
await slim.learning.train(trainOp, 'logs/digits', {
  numberOfSteps: FLAGS.steps,
  saveSummariesSecs: 1,
  saveIntervalSecs: 60,
  logEveryNSteps: 10,
  evaluate: { metrics, everyNSteps: 100 },
});

const { accuracy } = await metrics.evaluate();
console.log(`Accuracy on the digits held out: ${(100 * accuracy).toFixed(2)} %`);

/** Scores of the ten classes, [batch, 10], for images [batch, 8, 8, 1]. */
function lenet(images: tf.Tensor4D): tf.Tensor2D {
  const weightsRegularizer = slim.l2Regularizer(5e-4);
  return slim.argScope([slim.conv2d, slim.fullyConnected], { weightsRegularizer }, () => {
    let net = slim.conv2d(images, 32, [5, 5], { scope: 'conv1' });
    net = slim.maxPool2d(net, [2, 2], { scope: 'pool1' });
    net = slim.conv2d(net, 64, [5, 5], { scope: 'conv2' });
    net = slim.maxPool2d(net, [2, 2], { scope: 'pool2' });
    let flat = slim.fullyConnected(slim.flatten(net), 256, { scope: 'fc3' });
    flat = slim.dropout(flat, { keepProb: FLAGS.keepProb, scope: 'dropout3' });
    return slim.fullyConnected(flat, 10, { activationFn: null, scope: 'logits' });
  });
}
