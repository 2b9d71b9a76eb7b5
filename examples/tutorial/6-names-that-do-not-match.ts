// 1.6 Initializing from a checkpoint whose names don't match: say which of its variables each of ours begins by.
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { loadData } from './load-data.ts';
import { oldModelCheckpoint } from './old-model.ts';

const checkpointPath = await oldModelCheckpoint();
const myLogDir = 'logs/tutorial/6-names-that-do-not-match';

const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
  slim.losses.softmaxCrossEntropy(renamedModel(images), labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(0.01);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

const initFn = await slim.assignFromCheckpoint(checkpointPath, {
  // name in the checkpoint: variable of this model
  'conv0/weights': slim.getUniqueVariable('strokes/weights'),
  'conv0/biases': slim.getUniqueVariable('strokes/biases'),
  'fc8/weights': slim.getUniqueVariable('digits/weights'),
  'fc8/biases': slim.getUniqueVariable('digits/biases'),
});
await slim.learning.train(trainOp, myLogDir, { initFn, numberOfSteps: 50, logEveryNSteps: 10 });

/** myModel by other names. */
function renamedModel(images: tf.Tensor4D): tf.Tensor2D {
  let net = slim.conv2d(images, 16, [3, 3], { scope: 'strokes' });
  net = slim.maxPool2d(net, [2, 2], { scope: 'pool' });
  return slim.fullyConnected(slim.flatten(net), 10, { activationFn: null, scope: 'digits' });
}
