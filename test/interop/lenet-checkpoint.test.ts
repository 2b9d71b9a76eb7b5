/** A LeNet that began with what tf_slim trained, trained on by us and saved: TensorFlow's Saver restores it, and it computes the same. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { fixturePath } from '../fixture-files.ts';
import { chooseBackend, expectClose } from '../parity/tolerance.ts';
import { pythonEnvironment, runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;
const TENSORFLOW_MS = 120_000;
const STEPS = 5;

/** TF-Slim's layers as the TensorFlow 1 that they are made of; the Saver asks the checkpoint for each variable by its name. */
const RESTORE_IN_TENSORFLOW_1 = `
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()

images = np.fromfile(input['images'], np.uint8)[:16 * 64].reshape(16, 8, 8, 1) / np.float32(16) - np.float32(0.5)

def layer(scope, shape, apply):
    with tf.variable_scope(scope):
        return apply(tf.get_variable('weights', shape)) + tf.get_variable('biases', shape[-1:])

with tf.variable_scope('LeNet'):
    net = tf.constant(images, tf.float32)
    net = tf.nn.relu(layer('conv1', [5, 5, 1, 32], lambda w, net=net: tf.nn.conv2d(net, w, 1, 'SAME')))
    net = tf.nn.max_pool(net, 2, 2, 'VALID')
    net = tf.nn.relu(layer('conv2', [5, 5, 32, 64], lambda w, net=net: tf.nn.conv2d(net, w, 1, 'SAME')))
    net = tf.nn.max_pool(net, 2, 2, 'VALID')
    net = tf.reshape(net, [16, 256])
    net = tf.nn.relu(layer('fc3', [256, 128], lambda w, net=net: tf.matmul(net, w)))
    logits = layer('fc4', [128, 10], lambda w, net=net: tf.matmul(net, w))
step = tf.train.get_or_create_global_step()

with tf.Session() as session:
    tf.train.Saver().restore(session, input['checkpoint'])
    values, count = session.run([logits, step])
result = {'logits': values.ravel().tolist(), 'step': int(count)}
`;

let logdir: string;

beforeAll(async () => {
  await pythonEnvironment();
  await chooseBackend();
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  logdir = await mkdtemp(join(tmpdir(), 'interop-lenet-'));
}, INSTALLING_MS);
afterAll(() => rm(logdir, { recursive: true }));

function digits(set: 'train' | 'test', count: number): { images: tf.Tensor4D; labels: tf.Tensor1D } {
  const read = (kind: string): Buffer => readFileSync(fixturePath('slim-lenet', 'data', `${set}-${kind}.u8`));
  const pixels = Float32Array.from(read('images').subarray(0, 64 * count), value => value / 16 - 0.5);
  return {
    images: tf.tensor4d(pixels, [count, 8, 8, 1]),
    labels: tf.tensor1d([...read('labels').subarray(0, count)], 'int32'),
  };
}

function lenet(images: tf.Tensor4D): tf.Tensor2D {
  const layers = (): tf.Tensor2D => {
    let net = slim.conv2d(images, 32, [5, 5], { scope: 'conv1' });
    net = slim.maxPool2d(net, [2, 2]);
    net = slim.conv2d(net, 64, [5, 5], { scope: 'conv2' });
    net = slim.maxPool2d(net, [2, 2]);
    const features = slim.fullyConnected(slim.flatten(net), 128, { scope: 'fc3' });
    return slim.fullyConnected(features, 10, { activationFn: null, scope: 'fc4' });
  };
  return slim.variableScope('LeNet', 'LeNet', layers, { reuse: 'auto' });
}

test('TensorFlow restores it and gives our logits', { timeout: TENSORFLOW_MS }, async () => {
  const ours = await new slim.Graph().asDefault(async () => {
    const data = slim.data.arrays(digits('train', 64), { batchSize: 32 });
    const loss = await slim.defineLoss(data, ({ images, labels }) => {
      slim.losses.sparseSoftmaxCrossEntropy(lenet(images), labels);
      return slim.losses.getTotalLoss();
    });
    const trainOp = await slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(0.01, 0.9));
    const initFn = await slim.assignFromCheckpoint(
      fixturePath('slim-lenet', 'lenet-momentum', 'model.ckpt-200'),
      slim.getVariablesToRestore(),
    );
    await slim.learning.train(trainOp, logdir, { numberOfSteps: STEPS, initFn, summaryOp: null });
    return lenet(digits('test', 16).images).dataSync();
  });
  const theirs = (await runPython(RESTORE_IN_TENSORFLOW_1, {
    checkpoint: join(logdir, `model.ckpt-${STEPS}`),
    images: fixturePath('slim-lenet', 'data', 'test-images.u8'),
  })) as { readonly logits: number[]; readonly step: number };
  expect(theirs.step).toBe(STEPS);
  expectClose(ours, theirs.logits, { relative: 1e-5, absolute: 1e-5 }, 'logits');
});
