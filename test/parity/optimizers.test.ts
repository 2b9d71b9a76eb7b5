/** Optimizers against TensorFlow 1's: every case of slim-semantics/optimizers.json, dense and sparse. */

import { beforeAll, describe, test } from 'vitest';
import { defineLoss } from '../../src/slim/define-loss.ts';
import { Graph } from '../../src/slim/graph.ts';
import { createTrainOp, type CreateTrainOpOptions } from '../../src/slim/learning/create-train-op.ts';
import { AdadeltaOptimizer } from '../../src/slim/optimizers/adadelta.ts';
import { AdagradOptimizer } from '../../src/slim/optimizers/adagrad.ts';
import { AdamOptimizer } from '../../src/slim/optimizers/adam.ts';
import { FtrlOptimizer } from '../../src/slim/optimizers/ftrl.ts';
import { GradientDescentOptimizer } from '../../src/slim/optimizers/gradient-descent.ts';
import { MomentumOptimizer } from '../../src/slim/optimizers/momentum.ts';
import type { Optimizer } from '../../src/slim/optimizers/optimizer.ts';
import { ProximalAdagradOptimizer } from '../../src/slim/optimizers/proximal-adagrad.ts';
import { ProximalGradientDescentOptimizer } from '../../src/slim/optimizers/proximal-gradient-descent.ts';
import { RMSPropOptimizer } from '../../src/slim/optimizers/rms-prop.ts';
import { exponentialDecay } from '../../src/slim/schedules/exponential-decay.ts';
import { readFixtureJson } from '../fixture-files.ts';
import {
  RecordedBatches,
  checkVariables,
  convolutionalLoss,
  embeddingLoss,
  replaySteps,
  type RecordedTraining,
} from './recorded-model.ts';
import { chooseBackend } from './tolerance.ts';

const { dense, sparse } = readFixtureJson('slim-semantics', 'optimizers.json') as {
  readonly dense: Readonly<Record<string, RecordedTraining>>;
  readonly sparse: Readonly<Record<string, RecordedTraining>>;
};

const denseOptimizers: Readonly<Record<string, () => Optimizer>> = {
  GradientDescent: () => new GradientDescentOptimizer(0.1),
  Momentum: () => new MomentumOptimizer(0.05, 0.9),
  MomentumNesterov: () => new MomentumOptimizer(0.05, 0.9, { useNesterov: true }),
  Adagrad: () => new AdagradOptimizer(0.1),
  Adagrad_acc1: () => new AdagradOptimizer(0.1, { initialAccumulatorValue: 1 }),
  Adadelta: () => new AdadeltaOptimizer(1),
  Adadelta_rho9: () => new AdadeltaOptimizer(0.5, { rho: 0.9, epsilon: 1e-6 }),
  RMSProp: () => new RMSPropOptimizer(0.01),
  RMSProp_momentum: () => new RMSPropOptimizer(0.01, { decay: 0.9, momentum: 0.9, epsilon: 1 }),
  RMSProp_centered: () =>
    new RMSPropOptimizer(0.01, { decay: 0.9, momentum: 0.5, epsilon: 1e-3, centered: true }),
  Adam: () => new AdamOptimizer(0.01),
  Adam_eps1: () => new AdamOptimizer(0.05, { beta1: 0.8, beta2: 0.99, epsilon: 1 }),
  Ftrl: () => new FtrlOptimizer(0.1),
  Ftrl_l1l2: () =>
    new FtrlOptimizer(0.1, {
      learningRatePower: -0.5,
      initialAccumulatorValue: 0.1,
      l1RegularizationStrength: 0.01,
      l2RegularizationStrength: 0.02,
    }),
  Ftrl_shrink: () => new FtrlOptimizer(0.1, { l2ShrinkageRegularizationStrength: 0.01 }),
  ProximalGradientDescent: () =>
    new ProximalGradientDescentOptimizer(0.1, {
      l1RegularizationStrength: 0.001,
      l2RegularizationStrength: 0.002,
    }),
  ProximalAdagrad: () =>
    new ProximalAdagradOptimizer(0.1, { l1RegularizationStrength: 0.001, l2RegularizationStrength: 0.002 }),
  Momentum_exp_decay: () => new MomentumOptimizer(exponentialDecay(0.1, 5, 0.5, { staircase: true }), 0.9),
};

const sparseOptimizers: Readonly<Record<string, () => Optimizer>> = {
  ...denseOptimizers,
  GradientDescent_clip: () => new GradientDescentOptimizer(0.1),
  GradientDescent_multiplier: () => new GradientDescentOptimizer(0.1),
};

const trainOpOptions: Readonly<Record<string, CreateTrainOpOptions>> = {
  GradientDescent_clip: { clipGradientNorm: 0.05 },
  GradientDescent_multiplier: { gradientMultipliers: { 'embed/table': 3 } },
};

beforeAll(chooseBackend);

async function replay(
  lossFunction: typeof embeddingLoss,
  makeOptimizer: (() => Optimizer) | undefined,
  options: CreateTrainOpOptions,
  expected: RecordedTraining,
): Promise<void> {
  if (makeOptimizer === undefined) throw new Error('The test knows no such optimizer.');
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), lossFunction);
    const trainOp = await createTrainOp(loss, makeOptimizer(), options);
    await replaySteps(trainOp, expected);
    checkVariables(expected.final);
  });
}

describe('with dense gradients, 20 steps are those of TensorFlow', () => {
  test.each(Object.entries(dense))('%s', (name, expected) =>
    replay(batch => convolutionalLoss(batch), denseOptimizers[name], {}, expected),
  );
});

describe('with sparse gradients, 20 steps are those of TensorFlow', () => {
  test.each(Object.entries(sparse))('%s', (name, expected) =>
    replay(embeddingLoss, sparseOptimizers[name], trainOpOptions[name] ?? {}, expected),
  );
});
