/** What createTrainOp does beyond TF-Slim's: several batches in a step, clipping by the global norm, bad gradients. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SummaryValue } from '../../../../src/formats/summary.ts';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend, expectClose } from '../../../parity/tolerance.ts';

beforeAll(chooseBackend);

function rows(batchSize: number): slim.data.Source<{ x: tf.Tensor2D }> {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 9], [4, 2]);
  return slim.data.arrays({ x }, { batchSize, shuffle: false, numEpochs: 1 });
}

/** Weights after as many steps as the data give. */
async function trained(batchSize: number, options: slim.learning.CreateTrainOpOptions): Promise<number[]> {
  return new slim.Graph().asDefault(async () => {
    const loss = await slim.defineLoss(rows(batchSize), ({ x }) =>
      slim
        .batchNorm(slim.fullyConnected(x, 3, { scope: 'fc' }), { scope: 'bn', isTraining: false })
        .square()
        .mean<tf.Scalar>(),
    );
    const trainOp = await slim.learning.createTrainOp(
      loss,
      new slim.train.MomentumOptimizer(0.1, 0.9),
      options,
    );
    await slim.learning.train(trainOp, null, { logEveryNSteps: 0 });
    expect(slim.getGlobalStep()?.value.dataSync()[0]).toBe(
      4 / batchSize / (options.accumulateGradients ?? 1),
    );
    return slim.getModelVariables().flatMap(({ value }) => [...value.dataSync()]);
  });
}

describe('accumulateGradients', () => {
  test('makes of several batches the step of one that is as large', async () => {
    expectClose(await trained(1, { accumulateGradients: 4 }), await trained(4, {}));
    expectClose(await trained(1, { accumulateGradients: 2 }), await trained(2, {}));
  });

  test('draws anew for each batch', async () => {
    await new slim.Graph().asDefault(async () => {
      const masks: string[] = [];
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([32, 4]) }, { batchSize: 32 });
      const loss = await slim.defineLoss(data, ({ x }) => {
        const kept = slim.dropout(x);
        masks.push(kept.dataSync().join());
        return slim.fullyConnected(kept, 1).mean<tf.Scalar>();
      });
      const optimizer = new slim.train.GradientDescentOptimizer(0.1);
      const trainOp = await slim.learning.createTrainOp(loss, optimizer, { accumulateGradients: 3 });
      masks.length = 0;
      await trainOp.run();
      await trainOp.run();
      expect(new Set(masks).size).toBe(6);
    });
  });

  test('runs update ops once for each batch', async () => {
    await new slim.Graph().asDefault(async () => {
      const loss = await slim.defineLoss(rows(1), ({ x }) => {
        const sum = slim.variable('sum', { shape: [2], initializer: () => tf.zeros([2]), trainable: false });
        const row = x.sum(0);
        slim.addToCollection(slim.GraphKeys.UPDATE_OPS, () => {
          sum.value.assign(sum.value.add(row));
        });
        return slim.fullyConnected(x, 1).mean<tf.Scalar>();
      });
      const optimizer = new slim.train.GradientDescentOptimizer(0.1);
      const trainOp = await slim.learning.createTrainOp(loss, optimizer, { accumulateGradients: 2 });
      await trainOp.run();
      expect([...slim.getUniqueVariable('sum').value.dataSync()]).toEqual([4, 6]);
      const before = tf.memory().numTensors;
      await trainOp.run();
      expect([...slim.getUniqueVariable('sum').value.dataSync()]).toEqual([16, 21]);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test('is a number of batches', async () => {
    await expect(trained(1, { accumulateGradients: 1.5 })).rejects.toThrow('a positive integer: 1.5');
  });
});

describe('clipGradientsByGlobalNorm', () => {
  const clip = (maxNorm: number, gradients: readonly (readonly number[] | null)[]): (number[] | null)[] =>
    new slim.Graph().asDefault(() =>
      slim.learning
        .clipGradientsByGlobalNorm(maxNorm)(
          gradients.map((values, index) => ({
            variable: slim.variable(`v${index}`, { shape: [values?.length ?? 1] }),
            gradient: values === null ? null : tf.tensor1d([...values]),
          })),
        )
        .map(({ gradient }) => (gradient === null ? null : [...gradient.dataSync()])),
    );

  test('scales all gradients alike, to the norm of them together', () => {
    expect(clip(2.5, [[3], null, [0, 4]])).toEqual([[1.5], null, [0, 2]]);
  });

  test('leaves those that are short enough', () => {
    expect(clip(5, [[3], [0, 4]])).toEqual([[3], [0, 4]]);
  });
});

describe('a gradient that is not finite under a loss that is', () => {
  /** The root's gradient at 0 is infinite. */
  async function rootOfZero(options: slim.learning.CreateTrainOpOptions): Promise<slim.learning.TrainOp> {
    const loss = await slim.defineLoss(rows(4), ({ x }) => {
      const fine = slim.variable('fine', { shape: [2], initializer: () => tf.ones([2]) });
      const root = slim.variable('root', { shape: [3], initializer: () => tf.tensor1d([1, 0, 4]) });
      return root.value.sqrt().sum().add<tf.Scalar>(x.mul(fine.value).sum());
    });
    const trainOp = await slim.learning.createTrainOp(
      loss,
      new slim.train.GradientDescentOptimizer(0.1),
      options,
    );
    return trainOp as unknown as slim.learning.TrainOp;
  }

  test('is named before any weight is touched', async () => {
    await new slim.Graph().asDefault(async () => {
      const trainOp = await rootOfZero({});
      await expect(trainOp.run()).rejects.toThrow(
        'A gradient is inf or nan at global step 0. The first bad gradient is that of root: 1 infinite of 3 values. ' +
          'No weight was changed by this step.',
      );
      expect([...slim.getUniqueVariable('fine').value.dataSync()]).toEqual([1, 1]);
      expect(slim.getGlobalStep()?.value.dataSync()[0]).toBe(0);
    });
  });

  test('trains on where checkNumerics is off', async () => {
    await new slim.Graph().asDefault(async () => {
      await (await rootOfZero({ checkNumerics: false })).run();
      expect([...slim.getUniqueVariable('fine').value.dataSync()]).not.toEqual([1, 1]);
      expect(slim.getUniqueVariable('root').value.dataSync()[1]).toBe(-Infinity);
    });
  });

  test('finite gradients whose sum is too large for float32 are no reason to stop', async () => {
    await new slim.Graph().asDefault(async () => {
      const loss = await slim.defineLoss(rows(4), () => {
        const v = slim.variable('v', { shape: [4], initializer: () => tf.zeros([4]) });
        return v.value.mul(3e38).sum<tf.Scalar>();
      });
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(2e-38));
      expect(await trainOp.run()).toBe(0);
      expectClose(slim.getUniqueVariable('v').value.dataSync(), [-6, -6, -6, -6]);
    });
  });
});

describe('a loss without a gradient', () => {
  const makeOp = (
    lossOf: (y: tf.Tensor2D) => tf.Tensor,
    options: slim.learning.CreateTrainOpOptions = {},
  ): Promise<unknown> =>
    new slim.Graph().asDefault(async () => {
      const loss = await slim.defineLoss(rows(2), ({ x }) =>
        lossOf(slim.fullyConnected(x, 3, { activationFn: null, scope: 'fc' }))
          .toFloat()
          .mean<tf.Scalar>(),
      );
      return slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1), options);
    });

  test.each<[string, (y: tf.Tensor2D) => tf.Tensor]>([
    ['ArgMax', y => y.argMax(1)],
    ['ArgMin', y => y.argMin(1).toFloat().square()],
    ['Floor', y => y.floor()],
    ['Ceil', y => y.ceil()],
    ['Round', y => y.round()],
    ['Sign', y => y.sign()],
    ['Step', y => y.step()],
    ['Greater', y => y.greater(0)],
    ['GreaterEqual', y => y.greaterEqual(0)],
    ['Equal', y => y.argMax(1).equal(tf.scalar(1, 'int32'))],
  ])('is an error that names %s', async (operation, lossOf) => {
    await expect(makeOp(lossOf)).rejects.toThrow(
      new RegExp(
        `^No gradients provided for any variable: the loss depends on fc/weights, fc/biases through ${operation}, `,
      ),
    );
  });

  test('is none where there is another way, or the gradient is zero by its values', async () => {
    await makeOp(y => y.argMax(1).toFloat().add(y.square().mean(1)));
    await makeOp(y => y.sub(1e6).relu());
    await expect(makeOp(y => y.argMax(1))).rejects.toThrow('through ArgMax');
  });

  test('is one that transformGradsFn leaves without', async () => {
    const transformGradsFn: slim.learning.TransformGradients = gradients =>
      gradients.map(each => ({ ...each, gradient: null }));
    await expect(makeOp(y => y, { transformGradsFn })).rejects.toThrow(
      'No gradients provided for any variable: what transforms the gradients leaves none.',
    );
  });
});

test('addGradientsSummaries, in a transformGradsFn, summarizes with TF-Slim’s tags', async () => {
  await new slim.Graph().asDefault(async () => {
    const loss = await slim.defineLoss(rows(4), ({ x }) =>
      slim.fullyConnected(x, 1, { scope: 'fc' }).mean<tf.Scalar>(),
    );
    const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1), {
      transformGradsFn: gradients => {
        slim.learning.addGradientsSummaries(gradients);
        return gradients;
      },
    });
    const summaries: SummaryValue[] = [];
    trainOp.summarizeNextRun(summaries);
    await trainOp.run();
    expect(summaries.map(({ tag }) => tag).filter(tag => tag.includes('gradient'))).toEqual([
      'fc/weights/gradient',
      'fc/weights/gradient_norm',
      'fc/biases/gradient',
      'fc/biases/gradient_norm',
    ]);
  });
});

test('options of TF-Slim for how TensorFlow orders and places operations are refused', async () => {
  await new slim.Graph().asDefault(async () => {
    const loss = await slim.defineLoss(rows(2), ({ x }) => slim.fullyConnected(x, 1).mean<tf.Scalar>());
    const optimizer = new slim.train.GradientDescentOptimizer(0.1);
    const options = { colocateGradientsWithOps: true };
    await expect(slim.learning.createTrainOp(loss, optimizer, options as object)).rejects.toThrow(
      'createTrainOp does not take colocateGradientsWithOps: there is one device.',
    );
  });
});
