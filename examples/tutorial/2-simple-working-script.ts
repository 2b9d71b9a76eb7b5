// 1.2 A simple working script: data, model, loss, optimizer, training.
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { loadData } from './load-data.ts';

// Set them by `--hparam learningRate=0.1`; they are recorded with the run.
const FLAGS = slim.hparams({ learningRate: 0.01, momentum: 0.9, steps: 200 });
const myLogDir = 'logs/tutorial/2-simple-working-script';

const data = await loadData();
const totalLoss = await slim.defineLoss(data, ({ images, labels }) => {
  const predictions = myModel(images);
  slim.losses.logLoss(predictions, labels);
  return slim.losses.getTotalLoss();
});

const optimizer = new slim.train.MomentumOptimizer(FLAGS.learningRate, FLAGS.momentum);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);
await slim.learning.train(trainOp, myLogDir, { numberOfSteps: FLAGS.steps, logEveryNSteps: 20 });

function myModel(images: tf.Tensor4D): tf.Tensor2D {
  return slim.argScope(
    [slim.conv2d, slim.fullyConnected],
    { weightsRegularizer: slim.l2Regularizer(5e-4) },
    () => {
      let net = slim.conv2d(images, 32, [5, 5], { scope: 'conv1' });
      net = slim.maxPool2d(net, [2, 2], { scope: 'pool1' });
      const flat = slim.flatten(net);
      return slim.fullyConnected(flat, 10, { activationFn: tf.sigmoid, scope: 'fc2' });
    },
  );
}
