/** `optimizeLoss` and `adaptiveClippingFn` against TF-Slim's: ten steps that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SummaryValue } from '../../src/formats/summary.ts';
import * as slim from '../../src/slim/index.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface OptimizeLossCase {
  readonly losses: Recorded;
  readonly variables: Readonly<Record<string, Recorded>>;
  readonly tags: readonly string[];
}

const recorded = readRecorded('optimize-loss') as {
  readonly ids: Recorded;
  readonly targets: Recorded;
  readonly first: { readonly table: Recorded; readonly weights: Recorded };
  readonly cases: Readonly<Record<string, OptimizeLossCase>>;
};

interface Batch extends tf.NamedTensorMap {
  readonly ids: tf.Tensor1D;
  readonly targets: tf.Tensor2D;
}

type Loss = slim.Loss<Batch>;
type Step = slim.SlimVariable;

const { train, optimizeLoss, adaptiveClippingFn } = slim;
const multipliers = { table: 0.5, weights: 2 };

/** By the names of the cases: what record.py calls, in our words. */
const calls: Readonly<Record<string, (loss: Loss, step: Step) => Promise<slim.learning.TrainOp<Batch>>>> = {
  sgd: loss => optimizeLoss(loss, null, 0.1, 'SGD'),
  momentum: (loss, step) => optimizeLoss(loss, step, 0.1, 'Momentum'),
  adam: loss => optimizeLoss(loss, null, 0.1, 'Adam'),
  adagrad: loss => optimizeLoss(loss, null, 0.1, 'Adagrad'),
  ftrl: loss => optimizeLoss(loss, null, 0.1, 'Ftrl'),
  rms_prop: loss => optimizeLoss(loss, null, 0.1, 'RMSProp'),
  class: loss => optimizeLoss(loss, null, 0.1, train.GradientDescentOptimizer),
  function: loss => optimizeLoss(loss, null, 0.1, rate => new train.MomentumOptimizer(rate, 0.5)),
  instance: loss => optimizeLoss(loss, null, null, new train.AdamOptimizer(0.05)),
  function_without_rate: loss => optimizeLoss(loss, null, null, () => new train.MomentumOptimizer(0.05, 0.5)),
  multipliers: loss => optimizeLoss(loss, null, 0.1, 'SGD', { gradientMultipliers: multipliers }),
  clip: loss => optimizeLoss(loss, null, 0.1, 'SGD', { clipGradients: 0.7 }),
  multipliers_then_clip: loss =>
    optimizeLoss(loss, null, 0.1, 'Momentum', { gradientMultipliers: multipliers, clipGradients: 0.7 }),
  decay: loss =>
    optimizeLoss(loss, null, 0.2, 'SGD', {
      learningRateDecayFn: rate => train.exponentialDecay(rate, 3, 0.5),
    }),
  all_summaries: loss =>
    optimizeLoss(loss, null, 0.1, 'Adam', {
      name: 'gan/gen',
      clipGradients: 0.7,
      summaries: slim.OPTIMIZER_SUMMARIES,
    }),
  not_counted: loss => optimizeLoss(loss, null, 0.1, 'SGD', { incrementGlobalStep: false }),
  adaptive: loss =>
    optimizeLoss(loss, null, 0.1, 'SGD', {
      clipGradients: adaptiveClippingFn({ decay: 0.5, stdFactor: 1, reportSummary: true }),
    }),
  adaptive_global_step: (loss, globalStep) =>
    optimizeLoss(loss, null, 0.1, 'SGD', {
      clipGradients: adaptiveClippingFn({ globalStep, stdFactor: 0.5, name: 'norm' }),
    }),
  adaptive_static: loss =>
    optimizeLoss(loss, null, 0.1, 'SGD', {
      clipGradients: adaptiveClippingFn({ staticMaxNorm: 0.5, decay: 0.8, epsilon: 0.1 }),
    }),
};

beforeAll(chooseBackend);

async function lossOfRecorded(): Promise<Loss> {
  const ids = tensorOf(recorded.ids, 'int32').flatten();
  const targets = tensorOf(recorded.targets).reshape<tf.Tensor2D>([-1, 1]);
  const data = slim.data.arrays({ ids, targets }, { batchSize: 4, shuffle: false });
  const { first } = recorded;
  return slim.defineLoss(data, batch => {
    const table = slim.variable('table', { initializer: tensorOf(first.table) });
    const weights = slim.variable('weights', { initializer: tensorOf(first.weights) });
    const hidden = slim.embeddingLookup(table, batch.ids).tanh();
    return tf
      .matMul(hidden as tf.Tensor2D, weights.value as tf.Tensor2D)
      .sub(batch.targets)
      .square()
      .mean();
  });
}

/** The learning rate is no variable here. */
const isVariable = (name: string): boolean => !name.endsWith('/learning_rate');
/** Loss and learning rate have tags that all train ops give them. */
const isOwnTag = (tag: string): boolean => !/\/(loss|learning_rate(_1)?)$/.test(tag);

describe('optimizeLoss trains as TF-Slim’s optimize_loss', () => {
  test('every recorded case is tested', () => {
    expect(Object.keys(calls)).toEqual(Object.keys(recorded.cases));
  });

  test.each(Object.entries(recorded.cases))('%s', async (name, expected) => {
    const call = calls[name];
    if (call === undefined) throw new Error(`The test knows no call ${name}.`);
    await new slim.Graph().asDefault(async graph => {
      const globalStep = slim.getOrCreateGlobalStep();
      const trainOp = await call(await lossOfRecorded(), globalStep);
      const names = Object.keys(expected.variables).filter(isVariable);
      expect(new Set(graph.variables.keys())).toEqual(new Set(names));
      const losses: number[] = [];
      for (let step = 0; step < 10; step++) losses.push(await trainOp.run());
      expectClose(losses, expected.losses.data, undefined, 'losses');
      for (const [variable, { value }] of graph.variables) {
        expectClose(value.dataSync(), expected.variables[variable]?.data ?? [], undefined, variable);
      }
      const summaries: SummaryValue[] = [];
      trainOp.summarizeNextRun(summaries);
      await trainOp.run();
      const tags = summaries.map(({ tag }) => tag).filter(tag => tag.includes('/'));
      expect(new Set(tags)).toEqual(new Set(expected.tags.filter(isOwnTag)));
    });
  });
});
