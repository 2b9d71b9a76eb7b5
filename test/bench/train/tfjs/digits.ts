/** examples/digits/train.ts without our library. */

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { inProject } from '../../../../scripts/project-folders.ts';
import { startBackend } from './backend.ts';

const BATCH = 32;
const STEPS = 1000;
const EVALUATE_EVERY = 100;
const L2 = 5e-4;

await startBackend('native');
const pixels = Float32Array.from(
  readFileSync(inProject('examples/digits/images.u8')),
  value => value / 16 - 0.5,
);
const digits = Int32Array.from(readFileSync(inProject('examples/digits/labels.u8')));
const images = tf.tensor4d(pixels, [digits.length, 8, 8, 1]);
const labels = tf.oneHot(tf.tensor1d(digits, 'int32'), 10).toFloat();
const rows = [...digits.keys()];
const trainRows = rows.filter(row => row % 5 !== 4);
const test = rows.filter(row => row % 5 === 4);
const [testImages, testLabels] = batchOf(test);

const glorot = tf.initializers.glorotUniform({});
const weightsOf = (...shape: number[]): tf.Variable => tf.variable(glorot.apply(shape));
const biasesOf = (size: number): tf.Variable => tf.variable(tf.zeros([size]));
const weights = {
  conv1: weightsOf(5, 5, 1, 32),
  conv2: weightsOf(5, 5, 32, 64),
  fc3: weightsOf(256, 256),
  logits: weightsOf(256, 10),
};
const biases = { conv1: biasesOf(32), conv2: biasesOf(64), fc3: biasesOf(256), logits: biasesOf(10) };
const optimizer = tf.train.momentum(0.05, 0.9);

for (let step = 1; step <= STEPS; step++) {
  tf.tidy(() => {
    const [x, y] = batchOf(
      Array.from({ length: BATCH }, () => trainRows[Math.floor(Math.random() * trainRows.length)] ?? 0),
    );
    const loss = optimizer.minimize(
      () => tf.add(tf.losses.softmaxCrossEntropy(y, logits(x, true)), penalty()),
      true,
    );
    loss?.dataSync();
  });
  if (step % EVALUATE_EVERY === 0) {
    console.log(`Evaluation at global step ${step}: accuracy = ${accuracy().toFixed(4)}`);
  }
}

function batchOf(wanted: readonly number[]): [tf.Tensor, tf.Tensor] {
  const indices = tf.tensor1d([...wanted], 'int32');
  return [tf.gather(images, indices), tf.gather(labels, indices)];
}

function logits(x: tf.Tensor, isTraining: boolean): tf.Tensor {
  const conv = (input: tf.Tensor, scope: 'conv1' | 'conv2'): tf.Tensor4D =>
    tf.relu(
      tf.add(
        tf.conv2d(input as tf.Tensor4D, weights[scope] as tf.Tensor as tf.Tensor4D, 1, 'same'),
        biases[scope],
      ),
    );
  const dense = (input: tf.Tensor, scope: 'fc3' | 'logits'): tf.Tensor =>
    tf.add(tf.matMul(input, weights[scope]), biases[scope]);
  const first = tf.maxPool(conv(x, 'conv1'), 2, 2, 'valid');
  const second = tf.maxPool(conv(first, 'conv2'), 2, 2, 'valid');
  const hidden = tf.relu(dense(tf.reshape(second, [-1, 256]), 'fc3'));
  return dense(isTraining ? tf.dropout(hidden, 0.5) : hidden, 'logits');
}

function penalty(): tf.Scalar {
  const squares = Object.values(weights).map(each => tf.sum(tf.square(each)));
  return tf.mul(tf.addN(squares), L2 / 2);
}

function accuracy(): number {
  return tf.tidy(() => {
    const right = tf.equal(tf.argMax(logits(testImages, false), 1), tf.argMax(testLabels, 1));
    return tf.mean(tf.cast(right, 'float32')).dataSync()[0] ?? 0;
  });
}
