/** Each operation of TF.js, and its gradient where it has one, as a step: it becomes a graph, which gives the same bits. */

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Stepping, noNative, uniform, useNative } from './stepping.ts';
import type { Step } from './stepping.ts';

type Compute = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;

const unary = 'abs acos asin asinh atan atanh ceil cos cosh elu erf exp expm1 floor leakyRelu log log1p logSigmoid neg reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus sqrt square step tan tanh softmax logSoftmax isNaN isInf isFinite zerosLike onesLike logSumExp transpose'; // prettier-ignore
const binary = 'add sub mul div divNoNan floorDiv maximum minimum mod pow squaredDifference atan2 equal notEqual greater greaterEqual less lessEqual matMul dot prelu'; // prettier-ignore
const reductions = 'sum mean max min prod argMax argMin all any';

const named = (
  names: string,
  make: (fn: (...given: unknown[]) => tf.Tensor) => Compute,
): [string, Compute][] =>
  names.split(' ').map(name => [name, make(Reflect.get(tf, name) as (...given: unknown[]) => tf.Tensor)]);

const isLarge = (x: tf.Tensor): tf.Tensor => tf.greater(x, 0.5);
const wholes = (x: tf.Tensor): tf.Tensor1D => tf.cast(tf.mul(x.flatten(), 4), 'int32');

/** Of x and y, both float32 [4, 4] in [0.1, 0.9). */
const onMatrices: [string, Compute][] = [
  ...named(unary, fn => x => fn(x)),
  ...named(binary, fn => (x, y) => fn(x, y)),
  ...named(reductions, fn => x => fn(['all', 'any'].includes(fn.name.slice(0, 3)) ? isLarge(x) : x, 1)),
  ['acosh', x => tf.acosh(x.add(1.1))],
  ['sum of all', x => tf.sum(x)],
  ['max of all', x => tf.max(x)],
  ['cumsum', x => tf.cumsum(x, 1)],
  ['cumprod', x => tf.cumprod(x, 1)],
  ['logicalAnd', (x, y) => tf.logicalAnd(isLarge(x), isLarge(y))],
  ['logicalOr', (x, y) => tf.logicalOr(isLarge(x), isLarge(y))],
  ['logicalNot', x => tf.logicalNot(isLarge(x))],
  ['logicalXor', (x, y) => tf.logicalXor(isLarge(x), isLarge(y))],
  ['where', (x, y) => tf.where(isLarge(x), x, y)],
  ['cast to int32', x => tf.cast(x.mul(9), 'int32')],
  ['cast to bool', x => tf.cast(x, 'bool')],
  ['clipByValue', x => tf.clipByValue(x, 0.3, 0.6)],
  ['addN of three', (x, y) => tf.addN([x, y, x])],
  ['addN of twenty', (x, y) => tf.addN(Array.from({ length: 20 }, (_, i) => x.mul(i + 0.3).add(y)))],
  ['matMul transposed', (x, y) => tf.matMul(x, y, true, true)],
  ['matMul of batches', (x, y) => tf.matMul(x.reshape([2, 2, 4]), y.reshape([2, 4, 2]))],
  ['einsum', (x, y) => tf.einsum('ij,kj->ik', x, y)],
  ['broadcastTo', x => tf.broadcastTo(x.slice([0, 0], [1, 4]), [3, 4])],
  ['reshape', x => x.reshape([2, 8])],
  ['expandDims and squeeze', x => x.expandDims(1).squeeze()],
  ['slice', x => x.slice([1, 0], [2, 3])],
  ['stridedSlice', x => tf.stridedSlice(x, [0, 0], [4, 4], [2, 1])],
  ['concat', (x, y) => tf.concat([x, y], 1)],
  ['stack', (x, y) => tf.stack([x, y], 1)],
  ['unstack', x => tf.unstack(x)[1] ?? x],
  ['split', x => tf.split(x, [1, 3], 1)[1] ?? x],
  ['tile', x => x.tile([2, 1])],
  ['pad', x => tf.pad(x, [[1, 1], [0, 2]], 0.5)], // prettier-ignore
  ['mirrorPad', x => tf.mirrorPad(x, [[1, 1], [1, 1]], 'reflect')], // prettier-ignore
  ['reverse', x => x.reverse(1)],
  ['gather', x => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))],
  ['gatherND', x => tf.gatherND(x, tf.tensor2d([[0, 1], [2, 3]], [2, 2], 'int32'))], // prettier-ignore
  ['scatterND', x => tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], 'int32'), x.slice([0, 0], [2, 4]), [6, 4])], // prettier-ignore
  ['tensorScatterUpdate', x => tf.tensorScatterUpdate(x, tf.tensor2d([[1]], [1, 1], 'int32'), tf.ones([1, 4]))], // prettier-ignore
  ['sparseToDense', x => tf.sparseToDense(tf.tensor1d([1, 3], 'int32'), x.slice([0, 0], [1, 2]).flatten(), [5], 0)], // prettier-ignore
  ['oneHot', x => tf.oneHot(wholes(x), 4)],
  ['topk', x => tf.topk(x, 2).values],
  ['unsortedSegmentSum', x => tf.unsortedSegmentSum(x, tf.tensor1d([0, 1, 0, 1], 'int32'), 2)],
  ['bincount', x => tf.bincount(wholes(x), tf.tensor1d([]), 5)],
  ['range', x => tf.range(0, 5).mul(x.sum())],
  ['linspace', x => tf.linspace(0, 1, 5).mul(x.sum())],
  ['fill', x => tf.fill([3], 2).mul(x.sum())],
  ['moments', x => tf.moments(x, 0).variance],
  ['norm', x => tf.norm(x)],
  ['fft', x => tf.real(tf.fft(tf.complex(x, x)))],
  ['ifft', x => tf.imag(tf.ifft(tf.complex(x, x)))],
  ['rfft', x => tf.abs(tf.spectral.rfft(x))],
  ['abs of complex numbers', (x, y) => tf.abs(tf.complex(x, y))],
  ['diag', x => tf.diag(x.slice([0, 0], [1, 4]).flatten())],
  ['division by a root', (x, y) => x.div(y.sqrt())],
  ['sums and products of constants', x => x.mul(0.3).mul(0.7).add(0.1).add(0.7).div(3)],
  ['fused matMul', (x, y) => tf.fused.matMul({ a: x, b: y, bias: tf.ones([4]), activation: 'relu' })],
];

type BatchNormInputs = [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];

const filter = (channels: number, multiplier: number): tf.Tensor4D =>
  tf.fill([3, 3, channels, multiplier], 0.1);
const image = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** Of x float32 [2, 8, 8, 3]. */
const onImages: [string, Compute][] = [
  ['conv2d', x => tf.conv2d(image(x), filter(3, 4), [2, 2], 'same')],
  ['dilated conv2d', x => tf.conv2d(image(x), filter(3, 4), 1, 'valid', 'NHWC', 2)],
  ['conv2d with padding', x => tf.conv2d(image(x), filter(3, 4), 1, [[0, 0], [1, 1], [1, 1], [0, 0]])], // prettier-ignore
  [
    'conv2d, bias and relu',
    x =>
      tf
        .conv2d(image(x), filter(3, 4), 1, 'same')
        .add(tf.ones([4]))
        .relu(),
  ],
  ['conv2dTranspose', x => tf.conv2dTranspose(image(x), filter(4, 3), [2, 16, 16, 4], 2, 'same')],
  ['depthwiseConv2d', x => tf.depthwiseConv2d(image(x), filter(3, 2), 1, 'same')],
  ['separableConv2d', x => tf.separableConv2d(image(x), filter(3, 1), tf.fill([1, 1, 3, 4], 0.2), 1, 'same')],
  ['maxPool', x => tf.maxPool(image(x), 3, 2, 'same')],
  ['avgPool', x => tf.avgPool(image(x), 2, 2, 'valid')],
  ['localResponseNormalization', x => tf.localResponseNormalization(image(x), 2)],
  ['batchNorm', (x, y) => tf.batchNorm(x, ...(tf.unstack(y.slice([0, 0, 0, 0], [1, 1, 4, 3]).reshape([4, 3])) as BatchNormInputs))], // prettier-ignore
  ['resizeBilinear', x => tf.image.resizeBilinear(image(x), [5, 5])],
  ['resizeNearestNeighbor', x => tf.image.resizeNearestNeighbor(image(x), [5, 5])],
  ['cropAndResize', x => tf.image.cropAndResize(image(x), tf.tensor2d([[0, 0, 1, 0.5]]), tf.tensor1d([1], 'int32'), [4, 4])], // prettier-ignore
  ['flipLeftRight', x => tf.image.flipLeftRight(image(x))],
  [
    'depthToSpace',
    x => tf.depthToSpace(tf.concat<tf.Tensor4D>([image(x), image(x), image(x), image(x)], 3), 2, 'NHWC'),
  ],
  ['spaceToBatchND', x => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]])], // prettier-ignore
  ['dilation2d', x => tf.dilation2d(image(x), tf.zeros([2, 2, 3]), 1, 'same')],
  ['fused conv2d', x => tf.fused.conv2d({ x: image(x), filter: filter(3, 4), strides: 1, pad: 'same', bias: tf.zeros([4]), activation: 'relu' })], // prettier-ignore
  [
    'conv3d',
    x => tf.conv3d(x.reshape<tf.Tensor5D>([2, 8, 8, 3, 1]), tf.fill([2, 2, 2, 1, 3], 0.1), 1, 'same'),
  ],
  ['maxPool3d', x => tf.maxPool3d(x.reshape<tf.Tensor5D>([2, 4, 4, 4, 3]), 2, 2, 'same')],
  ['avgPool3d', x => tf.avgPool3d(x.reshape<tf.Tensor5D>([2, 4, 4, 4, 3]), 2, 2, 'same')],
];

/** TF.js prints a warning for each gradient that it cannot compute exactly, and int64 results of tfjs-node. */
const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);

describe.skipIf(noNative !== '')(`operations ${noNative}`, () => {
  beforeAll(useNative);
  afterAll(() => {
    warnings.mockRestore();
  });

  const asFloat = (values: tf.Tensor): tf.Tensor => tf.cast(values, 'float32');
  const gradientOf =
    (compute: Compute): Step =>
    (x, y) =>
      tf.grad(point => asFloat(compute(point, y)).square().sum())(x);

  function hasGradient(compute: Compute, shape: number[]): boolean {
    try {
      tf.tidy(() => gradientOf(compute)(uniform(shape, 1), uniform(shape, 2)));
      return true;
    } catch {
      return false;
    }
  }

  function expectGraph(step: Step, shape: number[]): void {
    const stepping = new Stepping(step);
    const mode = stepping.settle(number => [uniform(shape, 2 * number + 1), uniform(shape, 2 * number + 2)]);
    stepping.runner.dispose();
    expect(mode).toMatchObject({ mode: 'graph' });
  }

  const all = [
    ...onMatrices.map(([name, compute]) => [name, compute, [4, 4]] as const),
    ...onImages.map(([name, compute]) => [name, compute, [2, 8, 8, 3]] as const),
  ];

  test.each(all)('%s', (_, compute, shape) => {
    expectGraph((x, y) => asFloat(compute(x, y)).add(0), [...shape]);
    if (hasGradient(compute, [...shape])) expectGraph(gradientOf(compute), [...shape]);
  });

  test('most of them have a gradient', () => {
    expect(all.filter(([, compute, shape]) => hasGradient(compute, [...shape])).length).toBeGreaterThan(85);
  });
});
