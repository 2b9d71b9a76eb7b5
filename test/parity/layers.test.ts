/** Layers against TF-Slim's: outputs, gradients, names and moving averages that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { getCollection } from '../../src/slim/scope/collection-access.ts';
import { Graph } from '../../src/slim/scope/graph.ts';
import * as slim from '../../src/slim/index.ts';
import { Pass } from '../../src/slim/scope/pass.ts';
import { runInPass } from '../../src/slim/scope/running-pass.ts';
import type { SlimVariable } from '../../src/slim/scope/slim-variable.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose, tolerance } from './tolerance.ts';

interface LayerCase {
  readonly inputs: Recorded;
  readonly output: Recorded;
  readonly direction: Recorded;
  readonly variables: Readonly<Record<string, Recorded>>;
  readonly trainable: readonly string[];
  readonly gradients: Readonly<Record<string, Recorded>>;
  readonly moved: Readonly<Record<string, Recorded>>;
}

const cases = readRecorded('layers') as Readonly<Record<string, LayerCase>>;

const none = { activationFn: null } as const;

/** The inputs of a case, by the rank its layer takes. */
interface Inputs {
  readonly x: tf.Tensor;
  readonly sequence: tf.Tensor3D;
  readonly image: tf.Tensor4D;
  readonly volume: tf.Tensor5D;
}

const adjustment = (shape: readonly number[]): [tf.Tensor, tf.Tensor] => {
  const channels = tf.range(0, shape.at(-1) ?? 1);
  return [channels.mul(0.05).add(0.9), channels.mul(0.1).sub(0.2)];
};

/** By the names of the cases: what record.py calls, in our words. */
const layers: Readonly<Record<string, (inputs: Inputs) => tf.Tensor>> = {
  conv1d: ({ sequence }) => slim.conv1d(sequence, 5, 3),
  conv1d_rate: ({ sequence }) => slim.conv1d(sequence, 5, 3, { rate: 2, ...none }),
  conv2d: ({ image }) => slim.conv2d(image, 5, [3, 2]),
  conv2d_stride: ({ image }) => slim.conv2d(image, 5, 3, { stride: 2, ...none }),
  conv2d_valid: ({ image }) => slim.conv2d(image, 5, 3, { stride: [2, 1], padding: 'VALID', ...none }),
  conv2d_rate: ({ image }) => slim.conv2d(image, 5, 3, { rate: 2, ...none }),
  conv2d_rate_valid: ({ image }) =>
    slim.conv2d(image, 5, [3, 2], { rate: [3, 2], padding: 'VALID', ...none }),
  conv2d_no_biases: ({ image }) => slim.conv2d(image, 5, 1, { biasesInitializer: null, ...none }),
  conv2d_batch_norm: ({ image }) =>
    slim.conv2d(image, 5, 3, {
      normalizerFn: slim.batchNorm,
      normalizerParams: { scale: true, decay: 0.9 },
      scope: 'c',
    }),
  conv3d: ({ volume }) => slim.conv3d(volume, 3, [2, 3, 3], { stride: [1, 2, 1], ...none }),
  conv2d_transpose: ({ image }) => slim.conv2dTranspose(image, 3, 3, { stride: 2, ...none }),
  conv2d_transpose_valid: ({ image }) =>
    slim.conv2dTranspose(image, 3, [3, 2], { stride: [2, 3], padding: 'VALID', ...none }),
  conv3d_transpose: ({ volume }) =>
    slim.conv3dTranspose(volume, 3, [2, 3, 2], { stride: [1, 2, 2], ...none }),
  conv3d_transpose_valid: ({ volume }) =>
    slim.conv3dTranspose(volume, 3, [3, 1, 2], { stride: [2, 2, 1], padding: 'VALID', ...none }),
  separable: ({ image }) => slim.separableConv2d(image, 5, 3, { depthMultiplier: 2, ...none }),
  separable_stride: ({ image }) => slim.separableConv2d(image, 5, 3, { stride: 2, ...none }),
  separable_rate: ({ image }) => slim.separableConv2d(image, 5, 3, { rate: 2, ...none }),
  separable_depthwise: ({ image }) => slim.separableConv2d(image, null, [3, 2], { depthMultiplier: 3 }),
  in_plane: ({ image }) => slim.conv2dInPlane(image, [3, 2]),
  in_plane_stride: ({ image }) => slim.conv2dInPlane(image, 3, { stride: 2, padding: 'VALID', ...none }),
  fully_connected: ({ x }) => slim.fullyConnected(x, 4),
  fully_connected_rank_3: ({ x }) => slim.fullyConnected(x, 4, { activationFn: tf.sigmoid }),
  max_pool2d: ({ image }) => slim.maxPool2d(image, 2),
  max_pool2d_same: ({ image }) => slim.maxPool2d(image, [3, 2], { stride: [1, 2], padding: 'SAME' }),
  avg_pool2d: ({ image }) => slim.avgPool2d(image, [2, 3]),
  avg_pool2d_same: ({ image }) => slim.avgPool2d(image, 3, { padding: 'SAME' }),
  max_pool3d: ({ volume }) => slim.maxPool3d(volume, 2),
  avg_pool3d: ({ volume }) => slim.avgPool3d(volume, [2, 2, 3], { stride: 1 }),
  pool_max: ({ image }) => slim.pool(image, 2, 'MAX'),
  pool_avg_dilated: ({ image }) => slim.pool(image, [2, 2], 'AVG', { dilationRate: 2 }),
  batch_norm: ({ x }) => slim.batchNorm(x, { decay: 0.9 }),
  batch_norm_scale: ({ x }) => slim.batchNorm(x, { decay: 0.9, scale: true, activationFn: tf.relu }),
  batch_norm_unfused: ({ x }) => slim.batchNorm(x, { decay: 0.9, fused: false }),
  batch_norm_rank_2: ({ x }) => slim.batchNorm(x, { decay: 0.9, scale: true, epsilon: 0.1 }),
  batch_norm_rank_3: ({ x }) => slim.batchNorm(x, { decay: 0.9 }),
  batch_norm_weighted: ({ x }) => slim.batchNorm(x, { decay: 0.9, batchWeights: tf.tensor1d([0.5, 2]) }),
  batch_norm_adjusted: ({ x }) => slim.batchNorm(x, { decay: 0.9, scale: true, adjustment }),
  batch_norm_renorm_adjusted: ({ x }) => slim.batchNorm(x, { decay: 0.9, renorm: true, adjustment }),
  batch_norm_adjusted_inference: ({ x }) => slim.batchNorm(x, { adjustment, isTraining: false }),
  batch_norm_inference: ({ x }) => slim.batchNorm(x, { scale: true, isTraining: false }),
  batch_norm_renorm: ({ x }) => slim.batchNorm(x, { decay: 0.9, scale: true, renorm: true }),
  batch_norm_renorm_clipped: ({ x }) =>
    slim.batchNorm(x, {
      decay: 0.9,
      renorm: true,
      renormDecay: 0.8,
      renormClipping: { rmin: 0.8, rmax: 1.25, dmax: 0.3 },
    }),
  batch_norm_renorm_inference: ({ x }) => slim.batchNorm(x, { renorm: true, isTraining: false }),
  layer_norm: ({ x }) => slim.layerNorm(x),
  layer_norm_axes: ({ x }) => slim.layerNorm(x, { beginNormAxis: 2, beginParamsAxis: 2, center: false }),
  instance_norm: ({ x }) => slim.instanceNorm(x),
  group_norm: ({ x }) => slim.groupNorm(x, { groups: 2 }),
  group_norm_axes: ({ x }) =>
    slim.groupNorm(x, { groups: 3, channelsAxis: 2, reductionAxes: [1, 3], scale: false }),
  bias_add: ({ x }) => slim.biasAdd(x, { activationFn: tf.relu }),
  flatten: ({ x }) => slim.flatten(x),
  softmax: ({ x }) => slim.softmax(x),
  unit_norm: ({ x }) => slim.unitNorm(x, 1),
  maxout: ({ x }) => slim.maxout(x, 2),
  maxout_axis: ({ x }) => slim.maxout(x, 3, { axis: 2 }),
  spatial_softmax: ({ image }) => slim.spatialSoftmax(image),
  scale_gradient: ({ x }) => slim.scaleGradient(x, 2.5),
  one_hot_encoding: ({ x }) => slim.oneHotEncoding(x, 3, { onValue: 0.9, offValue: 0.05 }),
  repeat: ({ image }) => slim.repeat(image, 2, slim.conv2d, 4, [3, 3], { scope: 'deep' }),
  repeat_unnamed: ({ image }) => slim.repeat(image, 2, slim.conv2d, 4, [1, 1]),
  stack: ({ x }) => slim.stack(x, slim.fullyConnected, [3, 4], { scope: 'fc' }),
  stack_unnamed: ({ image }) =>
    slim.stack(image, slim.conv2d, [
      [3, [1, 1]],
      [2, [3, 3]],
    ]),
};

beforeAll(chooseBackend);

function inputsOf(x: tf.Tensor): Inputs {
  return { x, sequence: x as tf.Tensor3D, image: x as tf.Tensor4D, volume: x as tf.Tensor5D };
}

function runPass<T>(graph: Graph, kind: 'build' | 'step', fn: () => T): T {
  return runInPass(graph, new Pass({ kind, isTraining: true, step: tf.scalar(0, 'int32') }), fn);
}

/** Sums of many terms cancel: what is near zero is measured by the largest of the values. */
function expectNear(actual: ArrayLike<number>, expected: Recorded | undefined, what: string): void {
  const data = expected?.data ?? [];
  const { relative, absolute } = tolerance();
  const largest = Math.max(1, ...data.map(Math.abs));
  expectClose(actual, data, { relative, absolute: absolute * largest }, what);
}

function checkGradients(
  variables: readonly SlimVariable[],
  loss: (x: tf.Tensor) => tf.Scalar,
  x: tf.Tensor,
  expected: LayerCase,
): void {
  const sources = variables.filter(({ trainable }) => trainable);
  const names = [...sources.map(({ name }) => name), 'inputs'];
  const all = tf.grads((...args) => loss(args.at(-1) ?? x))([...sources.map(({ value }) => value), x]);
  all.forEach((gradient, index) => {
    const name = names[index] ?? '';
    expectNear(gradient.dataSync(), expected.gradients[name], `gradient of ${name}`);
  });
}

describe('a layer computes what TF-Slim computes', () => {
  test('every recorded case is tested', () => {
    expect(Object.keys(layers)).toEqual(Object.keys(cases));
  });

  test.each(Object.entries(cases))('%s', (name, expected) => {
    const layer = layers[name];
    if (layer === undefined) throw new Error(`The test knows no layer ${name}.`);
    const graph = new Graph();
    const x = tensorOf(expected.inputs);
    runPass(graph, 'build', () => layer(inputsOf(x)));
    const variables = [...graph.variables.values()];
    expect(new Set(variables.map(variable => variable.name))).toEqual(
      new Set(Object.keys(expected.variables)),
    );
    const trainable = graph.collections.get('trainable_variables').map(variable => variable.name);
    expect(new Set(trainable)).toEqual(new Set(expected.trainable));
    for (const variable of variables) {
      const value = expected.variables[variable.name];
      if (value !== undefined) variable.value.assign(tensorOf(value));
    }
    const direction = tensorOf(expected.direction);
    const loss = (inputs: tf.Tensor): tf.Scalar =>
      runPass(graph, 'step', () => layer(inputsOf(inputs)).mul(direction).sum());
    if (Object.keys(expected.gradients).length > 0) checkGradients(variables, loss, x, expected);
    runPass(graph, 'step', () => {
      const output = layer(inputsOf(x));
      expect(output.shape).toEqual(expected.output.shape);
      expectNear(output.dataSync(), expected.output, 'output');
      for (const update of getCollection('update_ops')) update();
    });
    for (const [moving, value] of Object.entries(expected.moved)) {
      expectNear(graph.variables.get(moving)?.value.dataSync() ?? [], value, moving);
    }
  });
});
