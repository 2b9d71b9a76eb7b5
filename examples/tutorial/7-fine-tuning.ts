// 1.7 Fine-tuning part of a model: the layers below begin by an old model's, the last one begins anew.
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { loadData } from './load-data.ts';
import { oldModelCheckpoint } from './old-model.ts';

const checkpointPath = await oldModelCheckpoint();
const myLogDir = 'logs/tutorial/7-fine-tuning';

// Another task on the same images: is the digit odd?
const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
  const isOdd = tf.argMax(labels, 1).mod<tf.Tensor1D>(tf.scalar(2, 'int32'));
  slim.losses.sparseSoftmaxCrossEntropy(oddModel(images), isOdd);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(0.05);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

// Patterns, matched from the start of the names; or only what is left out: { exclude: ['fc8', 'fc9'] }.
const variablesToRestore = slim.getVariablesToRestore({ include: ['conv'], exclude: ['fc8', 'fc9'] });
const initFn = await slim.assignFromCheckpoint(checkpointPath, variablesToRestore);
await slim.learning.train(trainOp, myLogDir, { initFn, numberOfSteps: 100, logEveryNSteps: 10 });

/** As myModel, but for the last layer: fc8 has other outputs than in the checkpoint, and fc9 is not in it. */
function oddModel(images: tf.Tensor4D): tf.Tensor2D {
  let net = slim.conv2d(images, 16, [3, 3], { scope: 'conv0' });
  net = slim.maxPool2d(net, [2, 2], { scope: 'pool0' });
  const hidden = slim.fullyConnected(slim.flatten(net), 16, { scope: 'fc8' });
  return slim.fullyConnected(hidden, 2, { activationFn: null, scope: 'fc9' });
}
