import * as tf from '@tensorflow/tfjs';
import type { LoadedWorkload } from '../workload-file.ts';
import { SIZES, type Model } from '../workloads.ts';

/** One step on a batch, as someone without our library writes it. Gives the loss before the update. */
export type Step = (x: tf.Tensor, y: tf.Tensor) => tf.Scalar;

const CLIP_NORM = 1;
const LAST_LAYERS_FACTOR = 10;
const BATCH_NORM_EPSILON = 0.001;
const BATCH_NORM_DECAY = 0.999;

/** @throws Error for a model that is measured against TF-Slim only. */
export function makeStep(workload: LoadedWorkload): Step {
  const variables = new Variables(workload);
  const net = netOf(workload.model, variables);
  const optimizer = tf.train.momentum(workload.learningRate, 0.9);
  const lossOf = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
    workload.isClassification
      ? tf.losses.softmaxCrossEntropy(y, net(x))
      : tf.losses.meanSquaredError(y, net(x));
  const minimize =
    workload.model === 'conv_bn'
      ? clippedMinimize(optimizer, variables)
      : plainMinimize(optimizer, variables);
  return (x, y) => {
    const loss = minimize(() => lossOf(x, y));
    variables.updateAverages();
    return loss;
  };
}

type Minimize = (loss: () => tf.Scalar) => tf.Scalar;

function plainMinimize(optimizer: tf.Optimizer, variables: Variables): Minimize {
  return loss => {
    const value = optimizer.minimize(loss, true, variables.trainable);
    if (value === null) throw new Error('minimize gave no loss.');
    return value;
  };
}

/** `minimize` has no place for what is done to gradients. */
function clippedMinimize(optimizer: tf.Optimizer, variables: Variables): Minimize {
  const last = new Set(['logits/weights', 'logits/biases'].map(name => variables.get(name).name));
  return loss =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, variables.trainable);
      const clipped = Object.entries(grads).map(([name, gradient]) => {
        const multiplied = last.has(name) ? tf.mul(gradient, LAST_LAYERS_FACTOR) : gradient;
        const norm = tf.sqrt(tf.sum(tf.square(multiplied)));
        return [name, tf.div(tf.mul(multiplied, CLIP_NORM), tf.maximum(norm, CLIP_NORM))] as const;
      });
      optimizer.applyGradients(Object.fromEntries(clipped));
      return value;
    });
}

class Variables {
  readonly #byName = new Map<string, tf.Variable>();
  readonly #averages = new Map<string, { readonly mean: tf.Variable; readonly variance: tf.Variable }>();
  #moments: { readonly scope: string; readonly mean: tf.Tensor; readonly variance: tf.Tensor }[] = [];

  constructor({ variables, values }: LoadedWorkload) {
    for (const { name, shape } of variables) {
      const initial = tf.tensor(values[name] ?? [], [...shape]);
      this.#byName.set(name, tf.variable(initial));
      if (!name.endsWith('/beta')) continue;
      const mean = tf.variable(tf.zeros([...shape]), false);
      const variance = tf.variable(tf.ones([...shape]), false);
      this.#averages.set(name.replace('/BatchNorm/beta', ''), { mean, variance });
    }
  }

  get trainable(): tf.Variable[] {
    return [...this.#byName.values()];
  }

  get(name: string): tf.Variable {
    const found = this.#byName.get(name);
    if (found === undefined) throw new Error(`The workload has no variable ${name}.`);
    return found;
  }

  normalize(x: tf.Tensor, scope: string): tf.Tensor {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    this.#moments.push({ scope, mean: tf.keep(mean), variance: tf.keep(variance) });
    const offset: tf.Tensor = this.get(`${scope}/BatchNorm/beta`);
    // Without a scale tfjs-node has no gradient.
    const scale = tf.onesLike(offset);
    return tf.batchNorm(x, mean, variance, offset, scale, BATCH_NORM_EPSILON);
  }

  updateAverages(): void {
    tf.tidy(() => {
      for (const { scope, mean, variance } of this.#moments) {
        const averages = this.#averages.get(scope);
        averages?.mean.assign(averaged(averages.mean, mean));
        averages?.variance.assign(averaged(averages.variance, variance));
      }
    });
    tf.dispose(this.#moments.map(({ mean, variance }) => [mean, variance]));
    this.#moments = [];
  }
}

function averaged(average: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(average, BATCH_NORM_DECAY), tf.mul(value, 1 - BATCH_NORM_DECAY));
}

function netOf(model: Model, variables: Variables): (x: tf.Tensor) => tf.Tensor {
  const dense = (x: tf.Tensor, scope: string): tf.Tensor =>
    tf.add(tf.matMul(x, variables.get(`${scope}/weights`)), variables.get(`${scope}/biases`));
  const weights = (scope: string): tf.Tensor4D =>
    variables.get(`${scope}/weights`) as tf.Tensor as tf.Tensor4D;
  const conv = (x: tf.Tensor, scope: string): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, weights(scope), 1, 'same');
  const biased = (x: tf.Tensor, scope: string): tf.Tensor =>
    tf.add(conv(x, scope), variables.get(`${scope}/biases`));
  const normalized = (x: tf.Tensor, scope: string): tf.Tensor => variables.normalize(conv(x, scope), scope);
  const pool = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0], -1]);

  switch (model) {
    case 'mlp':
      return x => dense(tf.relu(dense(tf.relu(dense(x, 'fc1')), 'fc2')), 'fc3');
    case 'lenet':
      return x => {
        const first = pool(tf.relu(biased(x, 'conv1')));
        const second = pool(tf.relu(biased(first, 'conv2')));
        return dense(tf.relu(dense(flat(second), 'fc3')), 'logits');
      };
    case 'conv_bn':
      return x => {
        const first = pool(tf.relu(normalized(x, 'conv1')));
        const second = pool(tf.relu(normalized(first, 'conv2')));
        return dense(tf.dropout(tf.relu(dense(flat(second), 'fc3')), 0.5), 'logits');
      };
    case 'resnet':
      return x => {
        let net = tf.relu(normalized(x, 'stem'));
        for (let block = 0; block < SIZES.resnetBlocks; block++) {
          const inner = tf.relu(normalized(net, `block${block}/conv1`));
          net = tf.relu(tf.add(net, normalized(inner, `block${block}/conv2`)));
        }
        return dense(tf.mean(net, [1, 2]), 'logits');
      };
    case 'lstm':
      return x => dense(lastHidden(x, variables), 'logits');
    case 'loop':
      throw new Error('Bare TensorFlow.js has no loop to measure.');
  }
}

function lastHidden(x: tf.Tensor, variables: Variables): tf.Tensor {
  const kernel = variables.get('lstm/kernel') as tf.Tensor as tf.Tensor2D;
  const bias = variables.get('lstm/bias') as tf.Tensor as tf.Tensor1D;
  const steps = tf.unstack(x, 1) as tf.Tensor2D[];
  let cell: tf.Tensor2D = tf.zeros([x.shape[0], SIZES.lstmUnits]);
  let hidden: tf.Tensor2D = tf.zeros([x.shape[0], SIZES.lstmUnits]);
  for (const step of steps) [cell, hidden] = tf.basicLSTMCell(1, kernel, bias, step, cell, hidden);
  return hidden;
}
