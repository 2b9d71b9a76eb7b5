/**
 * Twenty steps of every optimizer, schedule, layer, regularizer and loss of the library, as a graph and operation by
 * operation: the same bits of all losses and variables. What the library exports and no case names is an error here.
 */

import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as slim from '../../../src/slim/index.ts';
import { uniformValues } from '../../../src/slim/random/random-values.ts';
import { noNative, useNative } from '../backends/graph/stepping.ts';

const STEPS = 20;

/** float32 [4, 6, 6, 3], and int32 [4] of 0, 1, 0, 1. */
interface Batch {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
}
type Model = (batch: { images: tf.Tensor4D; labels: tf.Tensor1D; rows: tf.Tensor2D }) => tf.Tensor;

const rate = 0.01;
const { train, losses } = slim;

const optimizers: Readonly<Record<string, () => slim.train.Optimizer>> = {
  AdadeltaOptimizer: () => new train.AdadeltaOptimizer(rate),
  AdagradDAOptimizer: () => new train.AdagradDAOptimizer(rate, { l1RegularizationStrength: 0.01 }),
  AdagradOptimizer: () => new train.AdagradOptimizer(rate),
  AdamOptimizer: () => new train.AdamOptimizer(rate),
  FtrlOptimizer: () => new train.FtrlOptimizer(rate, { l1RegularizationStrength: 0.01 }),
  GradientDescentOptimizer: () => new train.GradientDescentOptimizer(rate),
  MomentumOptimizer: () => new train.MomentumOptimizer(rate, 0.9, { useNesterov: true }),
  ProximalAdagradOptimizer: () => new train.ProximalAdagradOptimizer(rate, { l2RegularizationStrength: 0.1 }),
  ProximalGradientDescentOptimizer: () =>
    new train.ProximalGradientDescentOptimizer(rate, { l1RegularizationStrength: 0.01 }),
  RMSPropOptimizer: () => new train.RMSPropOptimizer(rate, { momentum: 0.5, centered: true }),
};

const schedules: Readonly<Record<string, () => slim.train.HyperParameter>> = {
  cosineDecay: () => train.cosineDecay(rate, 15),
  cosineDecayRestarts: () => train.cosineDecayRestarts(rate, 6),
  exponentialDecay: () => train.exponentialDecay(rate, 5, 0.9, { staircase: true }),
  inverseTimeDecay: () => train.inverseTimeDecay(rate, 5, 0.9),
  linearCosineDecay: () => train.linearCosineDecay(rate, 15),
  naturalExpDecay: () => train.naturalExpDecay(rate, 5, 0.9),
  noisyLinearCosineDecay: () => train.noisyLinearCosineDecay(rate, 15),
  piecewiseConstant: () => train.piecewiseConstant([7, 12], [rate, 0.1 * rate, 0.01 * rate]),
  polynomialDecay: () => train.polynomialDecay(rate, 6, { cycle: true }),
};

const volume = ({ images }: Batch): tf.Tensor5D => images.reshape([4, 6, 3, 2, 3]);
/** What makes a layer without variables depend on one. */
const learned = <T extends tf.Tensor>(inputs: T): T => slim.biasAdd(inputs, { scope: 'learned' });

const layers: Readonly<Record<string, Model>> = {
  avgPool2d: ({ images }) => slim.avgPool2d(learned(images), 2),
  avgPool3d: batch => slim.avgPool3d(learned(volume(batch)), 2, { stride: 1 }),
  batchNorm: ({ images }) =>
    slim.batchNorm(slim.conv2d(images, 4, 3, { normalizerFn: slim.batchNorm }), {
      renorm: true,
      adjustment: () => [slim.randomUniform([4], 0.9, 1.1), slim.randomNormal([4], 0, 0.1)],
    }),
  biasAdd: ({ images }) => slim.biasAdd(images),
  conv1d: ({ images }) => slim.conv1d(images.reshape([4, 36, 3]), 4, 3),
  conv2d: ({ images }) => slim.conv2d(slim.conv2d(images, 4, 3), 5, 3, { stride: 2 }),
  conv2dInPlane: ({ images }) => slim.conv2dInPlane(images, 3),
  conv2dTranspose: ({ images }) => slim.conv2dTranspose(learned(images), 4, 3, { stride: 2 }),
  conv3d: batch => slim.conv3d(volume(batch), 4, 2),
  conv3dTranspose: batch => slim.conv3dTranspose(learned(volume(batch)), 4, 2),
  dropout: ({ rows }) => slim.dropout(slim.fullyConnected(rows, 8)),
  embeddingLookup: ({ labels }) =>
    slim.embeddingLookup(slim.modelVariable('table', { shape: [3, 4] }), labels),
  flatten: ({ images }) => slim.flatten(learned(images)),
  fullyConnected: ({ rows }) => slim.fullyConnected(slim.fullyConnected(rows, 8), 3),
  groupNorm: ({ images }) => slim.groupNorm(slim.conv2d(images, 4, 3), { groups: 2 }),
  instanceNorm: ({ images }) => slim.instanceNorm(slim.conv2d(images, 4, 3)),
  layerNorm: ({ rows }) => slim.layerNorm(slim.fullyConnected(rows, 8)),
  maxPool2d: ({ images }) => slim.maxPool2d(learned(images), 2),
  maxPool3d: batch => slim.maxPool3d(learned(volume(batch)), 2, { stride: 1 }),
  maxout: ({ rows }) => slim.maxout(slim.fullyConnected(rows, 8), 4),
  oneHotEncoding: ({ labels }) => slim.fullyConnected(slim.oneHotEncoding(labels, 3) as tf.Tensor2D, 2),
  pool: ({ images }) => slim.pool(learned(images), 2, 'MAX', { dilationRate: 2 }),
  randomNormal: ({ images }) => learned(images).mul(slim.randomNormal([4, 6, 6, 3], 0, 1)),
  randomUniform: ({ images }) => learned(images).mul(slim.randomUniform([4, 6, 6, 3], 0.5, 1)),
  randomTruncatedNormal: ({ images }) => learned(images).mul(slim.randomTruncatedNormal([4, 6, 6, 3], 0, 1)),
  repeat: ({ rows }) => slim.repeat(rows, 2, slim.fullyConnected, 5),
  scaleGradient: ({ images }) => slim.scaleGradient(learned(images), 0.5),
  separableConv2d: ({ images }) => slim.separableConv2d(images, 4, 3, { depthMultiplier: 2 }),
  softmax: ({ rows }) => slim.softmax(slim.fullyConnected(rows, 3)),
  spatialSoftmax: ({ images }) => slim.spatialSoftmax(slim.conv2d(images, 4, 3)),
  stack: ({ rows }) => slim.stack(rows, slim.fullyConnected, [8, 3]),
  unitNorm: ({ rows }) => slim.unitNorm(slim.fullyConnected(rows, 8), 1),
};

const regularized =
  (weightsRegularizer: slim.Regularizer): Model =>
  ({ rows }) =>
    slim.fullyConnected(rows, 3, { weightsRegularizer });

const regularizers: Readonly<Record<string, Model>> = {
  applyRegularization: ({ rows }) => {
    const outputs = slim.fullyConnected(rows, 3);
    return outputs.add(slim.applyRegularization(slim.l2Regularizer(0.1), slim.getModelVariables()));
  },
  l1L2Regularizer: regularized(slim.l1L2Regularizer()),
  l1Regularizer: regularized(slim.l1Regularizer(0.1)),
  l2Regularizer: regularized(slim.l2Regularizer(0.1)),
  sumRegularizer: regularized(slim.sumRegularizer([slim.l1Regularizer(0.1), slim.l2Regularizer(0.1)])),
};

const embeddings = (rows: tf.Tensor2D): tf.Tensor2D => slim.fullyConnected(rows, 4, { activationFn: null });
const ofPairs = (rows: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] => [embeddings(rows), embeddings(rows)];
/** Predictions and labels of one shape, [4, 4]. */
const compared =
  (loss: (predictions: tf.Tensor2D, labels: tf.Tensor2D) => tf.Tensor): Model =>
  ({ rows, labels }) =>
    loss(
      slim.fullyConnected(rows, 4, { activationFn: tf.sigmoid }),
      tf.oneHot(labels, 4).toFloat() as tf.Tensor2D,
    );

const lossCases: Readonly<Record<string, Model>> = {
  absoluteDifference: compared(losses.absoluteDifference),
  clusterLoss: ({ rows, labels }) => losses.clusterLoss(labels, embeddings(rows), 1),
  computeWeightedLoss: compared((p, y) => losses.computeWeightedLoss(p.sub(y), { weights: tf.tensor2d([[1], [0], [2], [1]]) })), // prettier-ignore
  contrastiveLoss: ({ rows, labels }) => losses.contrastiveLoss(labels, ...ofPairs(rows)),
  cosineDistance: compared((p, y) => losses.cosineDistance(p, y, 1)),
  hingeLoss: compared((p, y) => losses.hingeLoss(p, y, { reduction: 'sum' })),
  huberLoss: compared(losses.huberLoss),
  liftedStructLoss: ({ rows, labels }) => losses.liftedStructLoss(labels, embeddings(rows)),
  logLoss: compared(losses.logLoss),
  meanPairwiseSquaredError: compared(losses.meanPairwiseSquaredError),
  meanSquaredError: compared(losses.meanSquaredError),
  npairsLoss: ({ rows, labels }) => losses.npairsLoss(labels, ...ofPairs(rows)),
  npairsLossMultilabel: ({ rows, labels }) =>
    losses.npairsLossMultilabel(tf.oneHot(labels, 4) as tf.Tensor2D, ...ofPairs(rows)),
  sigmoidCrossEntropy: compared(losses.sigmoidCrossEntropy),
  softmaxCrossEntropy: compared((p, y) => losses.softmaxCrossEntropy(p, y, { labelSmoothing: 0.1 })),
  sparseSoftmaxCrossEntropy: ({ rows, labels }) => losses.sparseSoftmaxCrossEntropy(embeddings(rows), labels),
  sumOfSquares: compared(losses.sumOfSquares),
  tripletSemihardLoss: ({ rows, labels }) => losses.tripletSemihardLoss(labels, embeddings(rows)),
};

type MakeTrainOp = (loss: slim.Loss) => Promise<slim.learning.TrainOp>;

const trainOps: Readonly<Record<string, MakeTrainOp>> = {
  adaptiveClippingFn: loss => {
    const transformGradsFn = slim.adaptiveClippingFn({ stdFactor: 0.1, decay: 0.5 });
    return slim.learning.createTrainOp(loss, new train.AdamOptimizer(rate), { transformGradsFn });
  },
  optimizeLoss: loss =>
    slim.optimizeLoss(loss, null, rate, 'Adam', { gradientNoiseScale: 0.1, clipGradients: 0.5 }),
};

/** Finds the best clustering in JavaScript, as TF-Slim does in Python. */
const EAGER = new Set(['clusterLoss']);

/** Exports that compute nothing in a step. */
const NO_CASES = {
  train: ['ExponentialMovingAverage', 'Saver', 'SummaryWriter', 'createGlobalStep', 'getGlobalStep', 'getOrCreateGlobalStep'], // prettier-ignore
  losses: ['addLoss', 'getLosses', 'getRegularizationLosses', 'getTotalLoss'],
  slim: ['ArgScope', 'Graph', 'Loss', 'Metrics', 'SlimVariable', 'addArgScope', 'addModelVariable', 'addToCollection', 'argScope', 'argScopeFuncKey', 'argScopedArguments', 'assertGlobalStep', 'assignFromCheckpoint', 'assignFromMapping', 'assignFromValues', 'constantInitializer', 'convertCollectionToDict', 'createGlobalStep', 'currentArgScope', 'defineLoss', 'defineMetrics', 'filterVariables', 'getCollection', 'getDefaultGraph', 'getGlobalStep', 'getLocalVariables', 'getModelVariables', 'getOrCreateGlobalStep', 'getTrainableVariables', 'getUniqueVariable', 'getVariables', 'getVariablesByName', 'getVariablesBySuffix', 'getVariablesToRestore', 'hasArgScope', 'hparams', 'isTraining', 'localVariable', 'modelVariable', 'onesInitializer', 'randomNormalInitializer', 'randomUniformInitializer', 'resetDefaultGraph', 'setRandomSeed', 'summarizeActivation', 'summarizeActivations', 'summarizeBiases', 'summarizeCollection', 'summarizeTensor', 'summarizeTensors', 'summarizeVariables', 'summarizeWeights', 'truncatedNormalInitializer', 'variable', 'variableScope', 'varianceScalingInitializer', 'xavierInitializer', 'zerosInitializer'], // prettier-ignore
} as const;

const functionsOf = (exports: object): string[] =>
  Object.entries(exports).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])).sort(); // prettier-ignore

test.each<[string, object, readonly object[], readonly string[]]>([
  ['slim.train', train, [optimizers, schedules], NO_CASES.train],
  ['slim.losses', losses, [lossCases], NO_CASES.losses],
  ['slim', slim, [layers, regularizers, trainOps], NO_CASES.slim],
])('every export of %s has a case, or needs none', (_, exports, tables, others) => {
  expect([...tables.flatMap(Object.keys), ...others].sort()).toEqual(functionsOf(exports));
});

interface Trained {
  readonly losses: readonly number[];
  readonly variables: Readonly<Record<string, Uint8Array>>;
}

describe.skipIf(noNative !== '')(`graph and eager steps agree ${noNative}`, () => {
  beforeAll(useNative);
  afterEach(() => {
    vi.restoreAllMocks();
    tf.disposeVariables();
  });

  async function trained(model: Model, makeTrainOp: MakeTrainOp, isEnabled: boolean): Promise<Trained> {
    const images = { values: uniformValues(8 * 108, 3, -1, 1), shape: [8, 6, 6, 3] };
    const labels = { values: Int32Array.of(0, 1, 0, 1, 1, 0, 1, 0), shape: [8] };
    const data = slim.data.arrays({ images, labels }, { batchSize: 4, shuffle: false });
    const loss = await slim.defineLoss(data, batch => {
      const { images: x, labels: y } = batch as unknown as Batch;
      const outputs = model({ images: x, labels: y, rows: x.reshape([4, 108]) });
      slim.losses.addLoss(outputs.square().mean());
      return slim.losses.getTotalLoss();
    });
    const trainOp = await makeTrainOp(loss as unknown as slim.Loss);
    trainOp.setGraphMode({ isEnabled, verifyEveryNSteps: null });
    const values: number[] = [];
    for (let step = 0; step < STEPS; step++) values.push(await trainOp.run());
    const variables = slim
      .getVariables()
      .map(({ name, value }) => [name, Uint8Array.from(new Uint8Array(value.dataSync().buffer))] as const);
    return { losses: values, variables: Object.fromEntries(variables) };
  }

  async function expectAgreement(name: string, model: Model, makeTrainOp: MakeTrainOp): Promise<void> {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const run = (isEnabled: boolean): Promise<Trained> =>
      new slim.Graph().asDefault(() => {
        slim.setRandomSeed(5);
        return trained(model, makeTrainOp, isEnabled);
      });
    const asGraph = await run(true);
    const mode = EAGER.has(name) ? 'eager' : 'graph';
    expect(log.mock.calls.flat().at(-1)).toMatch(new RegExp(`^Training steps run in ${mode} mode`));
    const eagerly = await run(false);
    expect(asGraph).toEqual(eagerly);
    expect(new Set(asGraph.losses).size).toBeGreaterThan(1);
  }

  const withOptimizer =
    (make: () => slim.train.Optimizer): MakeTrainOp =>
    loss =>
      slim.learning.createTrainOp(loss, make(), { clipGradientNorm: 1 });

  const perceptron: Model = ({ rows }) => slim.fullyConnected(slim.fullyConnected(rows, 8), 3);

  test.each(Object.entries(optimizers))('%s', (name, make) =>
    expectAgreement(name, perceptron, withOptimizer(make)),
  );

  test.each(Object.entries(schedules))('%s', (name, make) =>
    expectAgreement(
      name,
      perceptron,
      withOptimizer(() => new train.MomentumOptimizer(make(), 0.9)),
    ),
  );

  test.each(Object.entries({ ...layers, ...regularizers, ...lossCases }))('%s', (name, model) =>
    expectAgreement(
      name,
      model,
      withOptimizer(() => new train.MomentumOptimizer(rate, 0.9)),
    ),
  );

  test.each(Object.entries(trainOps))('%s', (name, make) => expectAgreement(name, perceptron, make));
});
