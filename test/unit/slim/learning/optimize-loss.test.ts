/** optimizeLoss where there is no record of TF-Slim's: noise, several train ops, what is refused. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';

beforeAll(chooseBackend);

const COUNT = 4000;

/** A loss of `weights`, [COUNT], on which it does not depend but by a gradient of zeros. */
function flatLoss(): Promise<slim.Loss<{ x: tf.Tensor1D }>> {
  const data = slim.data.arrays({ x: tf.zeros<tf.Rank.R1>([4]) }, { batchSize: 1 });
  return slim.defineLoss(data, ({ x }) => {
    const weights = slim.variable('weights', { shape: [COUNT], initializer: slim.zerosInitializer() });
    return weights.value.mul(x).sum<tf.Scalar>();
  });
}

/** What two steps of learning rate 1 added to the weights: the noise of the gradients, with its sign turned. */
async function noiseOfTwoSteps(scale: number, seed = 1): Promise<[Float32Array, Float32Array]> {
  return new slim.Graph(seed).asDefault(async () => {
    const trainOp = await slim.optimizeLoss(await flatLoss(), null, 1, 'SGD', { gradientNoiseScale: scale });
    const weights = slim.getUniqueVariable('weights').value;
    await trainOp.run();
    const first = (await weights.data()) as Float32Array;
    await trainOp.run();
    const both = (await weights.data()) as Float32Array;
    return [first.slice(), both.map((value, index) => value - (first[index] ?? 0))];
  });
}

describe('gradient noise', () => {
  test('is a normal distribution of that scale, cut off at two standard deviations', async () => {
    const [noise] = await noiseOfTwoSteps(0.5);
    const mean = noise.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(1);
    // 0.8796: of a standard normal distribution cut off at two. Five standard errors.
    const stddev = 0.5 * 0.8796;
    expect(Math.abs(mean)).toBeLessThan((5 * stddev) / Math.sqrt(COUNT));
    expect(Math.abs(Math.sqrt(variance) - stddev)).toBeLessThan((5 * stddev) / Math.sqrt(COUNT));
  });

  test('is new in each step, the same in each run, and another by another seed', async () => {
    const [first, second] = await noiseOfTwoSteps(0.5);
    expect(second).not.toEqual(first);
    expect(await noiseOfTwoSteps(0.5)).toEqual([first, second]);
    expect((await noiseOfTwoSteps(0.5, 2))[0]).not.toEqual(first);
  });
});

test('two of them train one model, each with an optimizer of its own', async () => {
  await new slim.Graph().asDefault(async () => {
    const loss = await flatLoss();
    await slim.optimizeLoss(loss, null, 0.1, 'Momentum');
    const clipGradients = slim.adaptiveClippingFn();
    await slim.optimizeLoss(loss, null, 0.1, 'Momentum', { clipGradients });
    await slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(0.1, 0.9), {
      transformGradsFn: slim.adaptiveClippingFn(),
    });
    const names = slim.getCollection(slim.GraphKeys.OPTIMIZER_VARIABLES).map(({ name }) => name);
    expect(names).toEqual([
      'OptimizeLoss/weights/Momentum',
      'OptimizeLoss_1/AdaptiveMaxNorm/mean',
      'OptimizeLoss_1/AdaptiveMaxNorm/sq_mean',
      'OptimizeLoss_1/weights/Momentum',
      'AdaptiveMaxNorm/mean',
      'AdaptiveMaxNorm/sq_mean',
      'weights/Momentum',
    ]);
  });
});

describe('what does not go together is refused', () => {
  const { optimizeLoss } = slim;
  type Attempt = (loss: Awaited<ReturnType<typeof flatLoss>>) => Promise<unknown>;
  const rate: slim.train.HyperParameter = 0.1;
  const attempts: readonly (readonly [string, Attempt])[] = [
    ['learning rate given to optimizeLoss is -1', loss => optimizeLoss(loss, null, -1, 'SGD')],
    [
      'no optimizer called Sgd: it is one of Adagrad, Adam, Ftrl, Momentum, RMSProp, SGD',
      // @ts-expect-error -- no such name
      loss => optimizeLoss(loss, null, rate, 'Sgd'),
    ],
    [
      'takes a learning rate for the optimizer SGD',
      // @ts-expect-error -- a name takes a rate
      loss => optimizeLoss(loss, null, null, 'SGD'),
    ],
    [
      'takes a learning rate for the optimizer GradientDescentOptimizer',
      // @ts-expect-error -- a class takes a rate
      loss => optimizeLoss(loss, null, null, slim.train.GradientDescentOptimizer),
    ],
    [
      'The Adam optimizer given to optimizeLoss has a learning rate of its own',
      // @ts-expect-error -- it would be ignored
      loss => optimizeLoss(loss, null, rate, new slim.train.AdamOptimizer(0.1)),
    ],
    [
      'summaries of optimizeLoss has weights',
      // @ts-expect-error -- no such summary
      loss => optimizeLoss(loss, null, rate, 'SGD', { summaries: ['weights'] }),
    ],
    [
      'No variable to multiply the gradient of: wieghts',
      loss => optimizeLoss(loss, null, rate, 'SGD', { gradientMultipliers: { wieghts: 2 } }),
    ],
    [
      'optimizeLoss needs the loss that "await slim.defineLoss(data, batch => ...)" gives.',
      () => optimizeLoss(tf.scalar(1) as unknown as slim.Loss, null, rate, 'SGD'),
    ],
  ];

  test.each(attempts)('%s', async (message, attempt) => {
    await new slim.Graph().asDefault(async () => {
      const loss = await flatLoss();
      await expect(attempt(loss)).rejects.toThrow(message);
    });
  });
});
