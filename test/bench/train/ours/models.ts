import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { SIZES, type Model, type Workload } from '../workloads.ts';

type Batch = Readonly<Record<'x' | 'y', tf.Tensor>>;
type TrainOp = slim.learning.TrainOp<Batch>;
/** What leads to a loss: predictions for x. */
type Net = (x: tf.Tensor) => tf.Tensor;

const NETS: Readonly<Record<Model, Net>> = { mlp, lenet, conv_bn: convBn, lstm, resnet, loop: oneLayer };

export async function makeTrainOp(workload: Workload, data: slim.data.Source<Batch>): Promise<TrainOp> {
  const net = NETS[workload.model];
  const loss = await slim.defineLoss(data, ({ x, y }) => {
    if (workload.isClassification) slim.losses.softmaxCrossEntropy(net(x), y);
    else slim.losses.meanSquaredError(net(x), y);
    return slim.losses.getTotalLoss();
  });
  const optimizer = new slim.train.MomentumOptimizer(workload.learningRate, 0.9);
  const clipping =
    workload.model === 'conv_bn'
      ? { clipGradientNorm: 1, gradientMultipliers: { 'logits/weights': 10, 'logits/biases': 10 } }
      : {};
  const trainOp = await slim.learning.createTrainOp(loss, optimizer, clipping);
  return workload.model === 'loop' ? emptied(trainOp) : trainOp;
}

/** Leaves nothing but the loop around a step. */
function emptied(trainOp: TrainOp): TrainOp {
  let steps = 0;
  const run = (): Promise<number> => {
    steps++;
    return Promise.resolve(0);
  };
  return Object.assign(trainOp, { run, currentStep: () => steps });
}

function oneLayer(x: tf.Tensor): tf.Tensor {
  return slim.fullyConnected(x as tf.Tensor2D, 1, { activationFn: null, scope: 'fc1' });
}

function mlp(x: tf.Tensor): tf.Tensor {
  const first = slim.fullyConnected(x as tf.Tensor2D, 64, { scope: 'fc1' });
  const second = slim.fullyConnected(first, 64, { scope: 'fc2' });
  return slim.fullyConnected(second, 1, { activationFn: null, scope: 'fc3' });
}

export function lenet(x: tf.Tensor): tf.Tensor {
  let net = slim.conv2d(x as tf.Tensor4D, 32, [5, 5], { scope: 'conv1' });
  net = slim.maxPool2d(net, [2, 2], { scope: 'pool1' });
  net = slim.conv2d(net, 64, [5, 5], { scope: 'conv2' });
  net = slim.maxPool2d(net, [2, 2], { scope: 'pool2' });
  const flat = slim.fullyConnected(slim.flatten(net), 1024, { scope: 'fc3' });
  return slim.fullyConnected(flat, 10, { activationFn: null, scope: 'logits' });
}

function convBn(x: tf.Tensor): tf.Tensor {
  return slim.argScope([slim.conv2d], { normalizerFn: slim.batchNorm }, () => {
    let net = slim.conv2d(x as tf.Tensor4D, 16, [3, 3], { scope: 'conv1' });
    net = slim.maxPool2d(net, [2, 2], { scope: 'pool1' });
    net = slim.conv2d(net, 32, [3, 3], { scope: 'conv2' });
    net = slim.maxPool2d(net, [2, 2], { scope: 'pool2' });
    let flat = slim.fullyConnected(slim.flatten(net), 64, { scope: 'fc3' });
    flat = slim.dropout(flat, { keepProb: 0.5, scope: 'dropout3' });
    return slim.fullyConnected(flat, 10, { activationFn: null, scope: 'logits' });
  });
}

function lstm(x: tf.Tensor): tf.Tensor {
  const steps = tf.unstack(x, 1) as tf.Tensor2D[];
  const [batch = 0, inputs = 0] = steps[0]?.shape ?? [];
  const kernel = slim.modelVariable('lstm/kernel', {
    shape: [inputs + SIZES.lstmUnits, 4 * SIZES.lstmUnits],
  });
  const bias = slim.modelVariable('lstm/bias', { shape: [4 * SIZES.lstmUnits] });
  let cell: tf.Tensor2D = tf.zeros([batch, SIZES.lstmUnits]);
  let hidden: tf.Tensor2D = tf.zeros([batch, SIZES.lstmUnits]);
  for (const step of steps) {
    [cell, hidden] = tf.basicLSTMCell(
      1,
      kernel.value as tf.Tensor2D,
      bias.value as tf.Tensor1D,
      step,
      cell,
      hidden,
    );
  }
  return slim.fullyConnected(hidden, 10, { activationFn: null, scope: 'logits' });
}

function resnet(x: tf.Tensor): tf.Tensor {
  return slim.argScope([slim.conv2d], { normalizerFn: slim.batchNorm }, () => {
    let net = slim.conv2d(x as tf.Tensor4D, SIZES.resnetChannels, [3, 3], { scope: 'stem' });
    for (let block = 0; block < SIZES.resnetBlocks; block++) {
      const inner = slim.conv2d(net, SIZES.resnetChannels, [3, 3], { scope: `block${block}/conv1` });
      const residual = slim.conv2d(inner, SIZES.resnetChannels, [3, 3], {
        activationFn: null,
        scope: `block${block}/conv2`,
      });
      net = tf.relu(tf.add(net, residual));
    }
    const pooled = tf.mean<tf.Tensor2D>(net, [1, 2]);
    return slim.fullyConnected(pooled, 10, { activationFn: null, scope: 'logits' });
  });
}
