import type { Rank, Tensor, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureCompute } from '../../../src/backends/ensure-backend.ts';
import type { TensorFlow } from '../../../src/backends/tensorflow-js.ts';

let tf: TensorFlow;

beforeAll(async () => {
  tf = (await ensureCompute({ prefer: 'embedded', searchFrom: [] })).tensorflow;
});

/** Reproducible numbers in [-1, 1), by the generator mulberry32. */
function numbers(shape: readonly number[], seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  let state = seed;
  for (const index of values.keys()) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    values[index] = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

/** What `compute` makes of tensors of numbers in these shapes, on a backend. */
async function on(
  backend: 'cpu' | 'wasm',
  shapes: readonly (readonly number[])[],
  compute: (...inputs: Tensor4D[]) => Tensor | Tensor[],
): Promise<{ shape: number[]; values: number[] }[]> {
  await tf.setBackend(backend);
  try {
    return tf.tidy(() => {
      const inputs = shapes.map((shape, index) => {
        return tf.tensor<Rank.R4>(numbers(shape, index + 1), shape as [number, number, number, number]);
      });
      const outputs = compute(...inputs);
      return (Array.isArray(outputs) ? outputs : [outputs]).map(output => ({
        shape: output.shape,
        values: [...output.dataSync()],
      }));
    });
  } finally {
    await tf.setBackend('wasm');
  }
}

async function expectAgreement(
  shapes: readonly (readonly number[])[],
  compute: (...inputs: Tensor4D[]) => Tensor | Tensor[],
): Promise<void> {
  const expected = await on('cpu', shapes, compute);
  const actual = await on('wasm', shapes, compute);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [index, { values }] of expected.entries()) {
    const scale = Math.max(1, ...values.map(Math.abs));
    const error = Math.max(
      0,
      ...values.map((value, k) => Math.abs(value - (actual[index]?.values[k] ?? NaN))),
    );
    expect(error / scale).toBeLessThan(5e-6);
  }
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

type Pads =
  'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

const UNEVEN: Pads = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];

describe('gradients of conv2d', () => {
  const cases: [string, number[], number[], number | [number, number], Pads][] = [
    ['stride 1, same', [2, 7, 6, 3], [3, 3, 3, 4], 1, 'same'],
    ['stride 1, valid', [2, 7, 6, 3], [3, 2, 3, 4], 1, 'valid'],
    ['stride 2, same', [2, 7, 8, 3], [3, 3, 3, 4], 2, 'same'],
    ['stride 2, valid, rows that no step reaches', [2, 8, 9, 3], [3, 3, 3, 4], 2, 'valid'],
    ['stride 3 by 2', [2, 11, 9, 2], [5, 4, 2, 3], [3, 2], 'same'],
    ['stride larger than the filter', [1, 9, 10, 2], [2, 1, 2, 3], [3, 4], 'valid'],
    ['explicit padding', [2, 6, 6, 3], [3, 3, 3, 4], 1, 2],
    ['uneven padding', [2, 6, 7, 3], [3, 3, 3, 4], 2, UNEVEN],
    ['padding larger than the filter', [1, 4, 4, 2], [2, 2, 2, 3], 1, 3],
    ['one tap', [3, 5, 4, 6], [1, 1, 6, 5], 1, 'same'],
    ['one tap, stride 2', [3, 5, 4, 6], [1, 1, 6, 5], 2, 'same'],
    ['one tap, padded', [3, 5, 4, 6], [1, 1, 6, 5], 1, 1],
    ['one channel, one image', [1, 5, 5, 1], [5, 5, 1, 1], 1, 'same'],
    ['filter as large as the image', [2, 5, 4, 3], [5, 4, 3, 2], 1, 'valid'],
    ['large enough for threads', [4, 28, 28, 6], [5, 5, 6, 20], 1, 'same'],
  ];

  test.each(cases)('%s', async (_name, image, filter, strides, pad) => {
    await expectAgreement([image, filter], (x, w) => {
      const weigh = (y: Tensor4D) => tf.sum(tf.mul(y, tf.cos(tf.range(0, y.size)).reshape(y.shape)));
      return tf.grads((a, b) => weigh(tf.conv2d(a as Tensor4D, b as Tensor4D, strides, pad)))([x, w]);
    });
  });
});

describe('conv2d', () => {
  test.each([
    ['stride 1, same', [2, 7, 6, 3], [3, 3, 3, 4], 1, 'same', 1],
    ['stride 3 by 2, valid', [2, 11, 9, 2], [5, 4, 2, 3], [3, 2], 'valid', 1],
    ['dilation 2 by 3', [2, 12, 13, 3], [3, 2, 3, 4], 1, 'same', [2, 3]],
    ['dilation along the height', [2, 12, 13, 3], [3, 3, 3, 9], 1, 'valid', [3, 1]],
    ['uneven padding', [2, 6, 7, 3], [3, 3, 3, 4], 2, UNEVEN, 1],
    ['one tap', [3, 5, 4, 6], [1, 1, 6, 5], 1, 'same', 1],
    ['no channels to speak of', [1, 5, 5, 1], [2, 2, 1, 1], 1, 'valid', 1],
    ['large enough for threads', [4, 28, 28, 16], [5, 5, 16, 20], 1, 'same', 1],
  ] as [string, number[], number[], number | [number, number], Pads, number | [number, number]][])(
    '%s',
    async (_name, image, filter, strides, pad, dilations) => {
      await expectAgreement([image, filter], (x, w) => tf.conv2d(x, w, strides, pad, 'NHWC', dilations));
    },
  );

  test('of no images', () => {
    const images = tf.zeros<Rank.R4>([0, 5, 5, 2]);
    expect(tf.conv2d(images, tf.ones([3, 3, 2, 4]), 1, 'same').shape).toEqual([0, 5, 5, 4]);
  });
});

describe('gradients of depthwiseConv2d', () => {
  test.each([
    ['stride 1, same', [2, 6, 5, 3], [3, 3, 3, 2], 1, 'same'],
    ['stride 2, valid', [2, 8, 7, 3], [3, 2, 3, 1], 2, 'valid'],
    ['stride 2 by 1', [1, 7, 7, 2], [3, 3, 2, 3], [2, 1], 'same'],
    ['explicit padding', [1, 5, 5, 2], [3, 3, 2, 2], 1, 2],
  ] as [string, number[], number[], number | [number, number], 'same' | 'valid' | number][])(
    '%s',
    async (_name, image, filter, strides, pad) => {
      await expectAgreement([image, filter], (x, w) =>
        tf.grads((a, b) => tf.sum(tf.square(tf.depthwiseConv2d(a as Tensor4D, b as Tensor4D, strides, pad))))(
          [x, w],
        ),
      );
    },
  );

  test('separableConv2d', async () => {
    await expectAgreement(
      [
        [2, 6, 6, 3],
        [3, 3, 3, 2],
        [1, 1, 6, 4],
      ],
      (x, depthwise, pointwise) =>
        tf.grads((a, b, c) =>
          tf.sum(tf.square(tf.separableConv2d(a as Tensor4D, b as Tensor4D, c as Tensor4D, 1, 'same'))),
        )([x, depthwise, pointwise]),
    );
  });

  // TF.js's cpu kernels leave dilations out here. A convolution is linear in each factor, so that the gradient is known
  // by <dFilter, other filter> = <dy, convolution by the other filter>, and likewise for the input.
  test('with dilations', () => {
    const image = (seed: number) => tf.tensor4d(numbers([2, 8, 7, 3], seed), [2, 8, 7, 3]);
    const filter = (seed: number) => tf.tensor4d(numbers([3, 2, 3, 2], seed), [3, 2, 3, 2]);
    const [x, otherX, w, otherW] = [image(1), image(2), filter(3), filter(4)] as const;
    const attributes = { strides: 1, dilations: [2, 3], pad: 'same' };
    const convolve = (a: Tensor4D, b: Tensor4D) => tf.depthwiseConv2d(a, b, 1, 'same', 'NHWC', [2, 3]);
    const dot = (a: Tensor, b: Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0] ?? NaN;
    const dy = tf.cos(convolve(x, w));
    const gradient = (name: string, inputs: Record<string, Tensor>, more: object): Tensor =>
      tf.engine().runKernel(name, inputs, { ...attributes, ...more });
    const dFilter = gradient('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { filterShape: w.shape });
    const dInput = gradient('DepthwiseConv2dNativeBackpropInput', { dy, filter: w }, { inputShape: x.shape });
    expect(dot(dFilter, otherW)).toBeCloseTo(dot(dy, convolve(x, otherW)), 3);
    expect(dot(dInput, otherX)).toBeCloseTo(dot(dy, convolve(otherX, w)), 3);
  });
});

describe('matMul', () => {
  const transposes = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  const sizes: [string, number[], number, number, number][] = [
    ['matrices', [], 4, 5, 6],
    ['batches', [3], 4, 5, 6],
    ['batches of large matrices', [2, 2], 110, 96, 100],
    ['batches of one', [1, 1], 4, 5, 6],
  ];

  test.each(sizes)('%s, transposed or not', async (_name, batch, m, k, n) => {
    for (const [transposeA, transposeB] of transposes) {
      const a = [...batch, ...(transposeA ? [k, m] : [m, k])];
      const b = [...batch, ...(transposeB ? [n, k] : [k, n])];
      await expectAgreement([a, b], (x, y) => tf.matMul(x, y, transposeA, transposeB));
    }
  });

  test('numbers that fill no tile', async () => {
    for (const [m, k, n] of [
      [1, 1, 1],
      [5, 7, 9],
      [33, 65, 17],
      [4, 130, 8],
      [130, 3, 10],
    ] as const) {
      for (const [transposeA, transposeB] of transposes) {
        const a = transposeA ? [k, m] : [m, k];
        const b = transposeB ? [n, k] : [k, n];
        await expectAgreement([a, b], (x, y) => tf.matMul(x, y, transposeA, transposeB));
      }
    }
  });

  test('no numbers', () => {
    expect(tf.matMul(tf.ones([2, 0]), tf.ones([0, 3])).arraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(tf.matMul(tf.ones([0, 2]), tf.ones([0, 3]), true).arraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(tf.matMul(tf.ones([0, 2]), tf.ones([2, 3])).shape).toEqual([0, 3]);
  });

  // Threads take what they can get; what they compute must not depend on it.
  test('gives the same bits whoever computes them', () => {
    const a = tf.tensor2d(numbers([203, 301], 1), [203, 301]);
    const b = tf.tensor2d(numbers([301, 150], 2), [301, 150]);
    const rowByRow = tf.concat(
      Array.from({ length: 203 }, (_, row) => tf.matMul(tf.slice(a, [row, 0], [1, 301]), b)),
    );
    const expected = rowByRow.dataSync();
    for (let round = 0; round < 50; round++) {
      const product = tf.matMul(a, b);
      expect(Buffer.compare(bytesOf(product.dataSync()), bytesOf(expected))).toBe(0);
      product.dispose();
    }
  });

  test('a batch by one matrix', async () => {
    await expectAgreement(
      [
        [3, 4, 5],
        [1, 5, 6],
      ],
      (x, y) => tf.matMul(x, y),
    );
    await expectAgreement(
      [
        [3, 4, 5],
        [6, 5],
      ],
      (x, y) => tf.matMul(x, y, false, true),
    );
  });
});

describe('unsortedSegmentSum', () => {
  test('as the gradient of gather, of rows and of other axes', async () => {
    for (const axis of [0, 1, 2]) {
      await expectAgreement([[5, 6, 7]], table => {
        const ids = tf.tensor1d([4, 0, 4, 2], 'int32');
        return tf.grad(x => tf.sum(tf.square(tf.gather(x, ids, axis))))(table);
      });
    }
  });

  test('of whole numbers, ids without rows and rows of no id', () => {
    const sums = tf.unsortedSegmentSum(
      tf.tensor2d(
        [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
        [4, 2],
        'int32',
      ),
      tf.tensor1d([2, 0, 2, -1], 'int32'),
      4,
    );
    expect(sums.dtype).toBe('int32');
    expect(sums.arraySync()).toEqual([
      [3, 4],
      [0, 0],
      [6, 8],
      [0, 0],
    ]);
  });
});

describe('what goes through the cpu backend', () => {
  test('einsum', async () => {
    await expectAgreement(
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      (a, b) => tf.einsum('bij,bjk->bik', a, b),
    );
  });

  test('strings', () => {
    expect(tf.string.staticRegexReplace(tf.tensor1d(['a1', 'b22']), '[0-9]+', '#').dataSync()).toEqual([
      'a#',
      'b#',
    ]);
  });

  test('several outputs', () => {
    const ragged = tf.raggedGather(
      [tf.tensor1d([0, 2, 3], 'int32')],
      tf.tensor1d([1, 2, 3]),
      tf.tensor1d([1, 0], 'int32'),
      1,
    );
    expect(ragged.outputNestedSplits.map(split => [...split.dataSync()])).toEqual([[0, 1, 3]]);
    expect([...ragged.outputDenseValues.dataSync()]).toEqual([3, 1, 2]);
  });
});

describe('gradients of what networks are made of', () => {
  const of = (f: (x: Tensor4D) => Tensor) => (x: Tensor<Rank.R4>) =>
    tf.grad(a => tf.sum(tf.square(f(a as Tensor4D))))(x);
  const image = [2, 6, 6, 4];

  test.each([
    ['maxPool, same', x => tf.maxPool(x, 3, 2, 'same')],
    ['maxPool, valid', x => tf.maxPool(x, [2, 3], [2, 1], 'valid')],
    ['maxPool of negative numbers', x => tf.maxPool(tf.sub(x, 2), 2, 2, 'same')],
    ['avgPool', x => tf.avgPool(x, 2, 2, 'valid')],
    ['localResponseNormalization', x => tf.localResponseNormalization(x, 2)],
    [
      'batchNorm',
      x =>
        tf.batchNorm(x, tf.mean(x, [0, 1, 2]), tf.moments(x, [0, 1, 2]).variance, tf.ones([4]), tf.ones([4])),
    ],
    ['softmax', x => tf.softmax(x)],
    ['logSoftmax', x => tf.logSoftmax(x)],
    ['logSumExp', x => tf.logSumExp(x, -1)],
    ['relu', x => tf.relu(x)],
    ['relu6', x => tf.relu6(tf.mul(x, 10))],
    ['leakyRelu', x => tf.leakyRelu(x, 0.2)],
    ['prelu', x => tf.prelu(x, tf.fill([2, 6, 6, 4], 0.2))],
    ['elu', x => tf.elu(x)],
    ['selu', x => tf.selu(x)],
    ['softplus', x => tf.softplus(x)],
    ['sigmoid', x => tf.sigmoid(x)],
    ['tanh', x => tf.tanh(x)],
    ['erf', x => tf.erf(x)],
    ['where', x => tf.where(tf.greater(tf.ones([4]).cumsum(), 2), x, tf.square(x))],
    ['cumsum', x => tf.cumsum(x, 3, true)],
    ['clipByValue', x => tf.clipByValue(x, -0.5, 0.5)],
    ['stridedSlice', x => tf.slice(x, [0, 1, 2, 0], [2, 4, 3, 4])],
    [
      'pad',
      x =>
        tf.pad(x, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
    ],
    ['concat and split', x => tf.concat(tf.split(x, 2, 3).reverse(), 1)],
    ['stack and unstack', x => tf.stack(tf.unstack(x, 1).slice(2))],
    ['tile', x => tf.tile(x, [1, 2, 1, 1])],
    ['max', x => tf.max(x, 3)],
    ['prod', x => tf.prod(x, 3)],
    ['mean', x => tf.mean(x, [1, 2])],
    ['norm', x => tf.norm(x)],
    ['resizeBilinear', x => tf.image.resizeBilinear(x, [9, 4])],
    ['resizeNearestNeighbor', x => tf.image.resizeNearestNeighbor(x, [12, 3])],
    [
      'atrous convolution',
      x =>
        tf.batchToSpaceND(
          tf.conv2d(
            tf.spaceToBatchND(
              x,
              [2, 2],
              [
                [2, 2],
                [2, 2],
              ],
            ),
            tf.fill([3, 3, 4, 2], 0.1),
            1,
            'valid',
          ),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
    ],
    ['conv2dTranspose', x => tf.conv2dTranspose(x, tf.fill([3, 3, 2, 4], 0.1), [2, 12, 12, 2], 2, 'same')],
    ['reverse and transpose', x => tf.transpose(tf.reverse(x, [1]), [3, 0, 2, 1])],
    ['oneHot', x => tf.mul(tf.oneHot(tf.argMax(x, 3), 4), x)],
    ['abs and sign', x => tf.mul(tf.abs(x), tf.sign(x))],
    ['pow', x => tf.pow(tf.add(tf.abs(x), 1), 2.5)],
    ['maximum and minimum', x => tf.maximum(tf.minimum(x, 0.3), tf.mul(x, -1))],
  ] as [string, (x: Tensor4D) => Tensor][])('%s', async (_name, f) => {
    await expectAgreement([image], of(f));
  });

  test.each([
    [1, 'same'],
    [1, 'valid'],
    [2, 'same'],
  ] as const)('conv3d, stride %s, %s', async (stride, pad) => {
    await expectAgreement(
      [
        [2, 5, 4, 5, 2],
        [3, 2, 2, 2, 3],
      ],
      (x, w) =>
        tf.grads((a, b) =>
          tf.sum(tf.square(tf.conv3d(a as unknown as Tensor5D, b as unknown as Tensor5D, stride, pad))),
        )([x, w]),
    );
  });

  test.each([
    ['maxPool3d', x => tf.maxPool3d(x, 2, 2, 'same')],
    ['avgPool3d', x => tf.avgPool3d(x, 3, 2, 'valid')],
  ] as [string, (x: Tensor5D) => Tensor][])('%s', async (_name, f) => {
    await expectAgreement([[2, 5, 5, 6, 2]], x => tf.grad(a => tf.sum(tf.square(f(a as Tensor5D))))(x));
  });

  test('dilation2d', async () => {
    await expectAgreement(
      [
        [2, 6, 6, 3],
        [3, 3, 3],
      ],
      (x, w) =>
        tf.grads((a, b) =>
          tf.sum(tf.square(tf.dilation2d(a as Tensor4D, b as unknown as Tensor3D, 1, 'same'))),
        )([x, w]),
    );
  });
});

test('the gradient of maxPool goes to the first of equal numbers', async () => {
  await expectAgreement([[2, 6, 6, 4]], x =>
    tf.grad(a => tf.sum(tf.maxPool(a as Tensor4D, 2, 1, 'same')))(tf.round(tf.mul(x, 2))),
  );
});

test.each([1, 3, 4, 5, 8])(
  'the gradient of maxPool of %s channels, windows that overlap or leave gaps',
  async channels => {
    for (const [size, strides, pad] of [
      [3, 1, 'same'],
      [[2, 3], [3, 1], 'valid'],
      [2, 3, 'same'],
      [3, 2, 1],
    ] as [number | [number, number], number | [number, number], 'same' | 'valid' | number][]) {
      await expectAgreement([[3, 7, 8, channels]], x =>
        tf.grad(a => tf.sum(tf.square(tf.maxPool(a as Tensor4D, size, strides, pad))))(x),
      );
    }
  },
);

test('the gradient of maxPool goes nowhere in a window of NaN, and past NaN in others', () => {
  const x = tf.tensor4d([NaN, NaN, NaN, NaN, NaN, 3, 5, 4], [1, 2, 4, 1]);
  const dy = tf.tensor4d([10, 20], [1, 1, 2, 1]);
  const attributes = { filterSize: 2, strides: 2, pad: 'valid' };
  const gradient: Tensor = tf.engine().runKernel('MaxPoolGrad', { dy, input: x, output: dy }, attributes);
  expect([...gradient.dataSync()]).toEqual([0, 0, 0, 0, 0, 10, 20, 0]);
});

describe('tile', () => {
  test.each([
    [[3], [4]],
    [
      [2, 3],
      [1, 5],
    ],
    [
      [2, 3],
      [5, 1],
    ],
    [
      [2, 3, 4],
      [3, 2, 3],
    ],
    [
      [1, 1, 1, 5],
      [2, 3, 7, 1],
    ],
    [
      [2, 3],
      [0, 2],
    ],
    [
      [2, 3],
      [1, 1],
    ],
  ])('%j by %j', async (shape, times) => {
    await expectAgreement([shape], x => tf.tile<Tensor>(x, times));
  });

  test('of whole numbers and of yes and no', () => {
    expect(tf.tile(tf.tensor1d([1, -2], 'int32'), [2]).arraySync()).toEqual([1, -2, 1, -2]);
    expect(tf.tile(tf.tensor1d([true, false], 'bool'), [2]).arraySync()).toEqual([1, 0, 1, 0]);
  });
});

describe.each(['sum', 'mean'] as const)('%s', name => {
  test.each([
    [[300, 5], [0]],
    [
      [7, 6, 5, 9],
      [0, 1, 2],
    ],
    [
      [7, 6, 5, 9],
      [-4, 1],
    ],
    [
      [7, 6, 5, 9],
      [1, 2],
    ],
    [[7, 3], [0]],
    [
      [4, 5],
      [0, 1],
    ],
    [[4, 5], []],
    [[4, 5], [1]],
    [[0, 5], [0]],
  ])('%j over %j', async (shape, axes) => {
    for (const keepDims of [false, true]) {
      if (name === 'mean' && shape.includes(0)) continue;
      await expectAgreement([shape], x => tf[name]<Tensor>(x, axes, keepDims));
    }
  });

  test('of whole numbers', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [2, 4], 'int32');
    expect(tf[name](x, 0).arraySync()).toEqual(name === 'sum' ? [6, 8, 10, 12] : [3, 4, 5, 6]);
  });
});

test('a clone has the same numbers, and outlives its original', () => {
  const original = tf.tensor1d([1, 2, 3]);
  const clone = original.clone();
  original.dispose();
  const another = tf.tensor1d([4, 5, 6]);
  expect([...clone.dataSync(), ...another.dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('maxPoolWithArgmax of negative numbers', async () => {
  await expectAgreement([[1, 5, 6, 3]], x =>
    Object.values(tf.maxPoolWithArgmax(tf.sub<Tensor4D>(x, 2), 2, 2, 'same')),
  );
});

test('kernels leave no tensors behind', () => {
  const step = () => {
    tf.tidy(() => {
      const [x, w] = [tf.ones<Rank.R4>([2, 6, 6, 3]), tf.ones<Rank.R4>([3, 3, 3, 4])];
      tf.grads((a, b) => tf.sum(tf.conv2d(a as Tensor4D, b as Tensor4D, 2, 'same')))([x, w]);
      tf.grads((a, b) => tf.sum(tf.depthwiseConv2d(a as Tensor4D, b as Tensor4D, 1, 'same')))([x, w]);
      tf.matMul(tf.ones([2, 110, 110]), tf.ones([2, 110, 110]), true, true);
      tf.grad(table => tf.sum(tf.gather(table, [0, 2])))(tf.ones([4, 3]));
      tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([3, 4]));
    });
  };
  step();
  const { numTensors, numDataBuffers } = tf.memory();
  step();
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});
