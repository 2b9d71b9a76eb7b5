/**
 * Trains a perceptron, 10-32-1 in batches of 32, and prints as JSON how tensors and memory grew between an early step and
 * the last. Runs by itself, with `--expose-gc`: garbage would hide what leaks. Argument: the number of steps in between.
 */

import * as tf from '@tensorflow/tfjs';
import * as slim from '../../../../src/slim/index.ts';
import { uniformValues } from '../../../../src/slim/random/random-values.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';

/** What a process makes once (slots, compiled code, caches) is made by then. */
const WARM_UP = 1_000;

interface Usage {
  readonly tensors: number;
  /** The heap's after a collection, those outside of it that objects hold, and those of tensors. */
  readonly bytes: number;
}

async function usage(): Promise<Usage> {
  if (global.gc === undefined) throw new Error('Run this by node --expose-gc.');
  // What is released by finalizers is released between two collections.
  for (let i = 0; i < 3; i++) {
    global.gc();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const { numTensors, numBytes } = tf.memory();
  const { heapUsed, external } = process.memoryUsage();
  return { tensors: numTensors, bytes: heapUsed + external + numBytes };
}

const [steps = NaN] = process.argv.slice(2).map(Number);
await chooseBackend();
const x = tf.tensor2d(uniformValues(640, 3, -1, 1), [64, 10]);
const y = tf.tidy(() => x.sum(1, true).sin());
const data = slim.data.arrays({ x, y }, { batchSize: 32 });
const loss = await slim.defineLoss(data, batch => {
  const net = slim.fullyConnected(batch.x, 32, { scope: 'fc1' });
  const predictions = slim.fullyConnected(net, 1, { activationFn: null, scope: 'fc2' });
  return slim.losses.meanSquaredError(predictions, batch.y);
});
const trainOp = await slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(0.01, 0.9));

const early: Usage[] = [];
await slim.learning.train(trainOp, null, {
  numberOfSteps: WARM_UP + steps,
  logEveryNSteps: 0,
  trainStepFn: async op => {
    if (op.currentStep() === WARM_UP) early.push(await usage());
    return slim.learning.trainStep(op);
  },
});
const { tensors, bytes } = await usage();
const [first = { tensors: NaN, bytes: NaN }] = early;
const measured = {
  steps: trainOp.currentStep() - WARM_UP,
  tensors: tensors - first.tensors,
  bytes: bytes - first.bytes,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
