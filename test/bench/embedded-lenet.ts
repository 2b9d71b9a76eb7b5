/**
 * A training step of LeNet (28x28x1, batch 32, softmax cross entropy, momentum) on the embedded backend, against TF.js's own
 * WebAssembly backend with the least that it needs to train a convolution: gradients made of the kernels that it has. And the
 * same of a small network (10-64-64-1, batch 32), where it is the cost of a call that counts. Each in a process of its own,
 * in turns. Prints a line of JSON for each network; a ratio above 1 means that we are faster.
 *
 * npm run bench:embedded
 */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type {
  KernelConfig,
  Rank,
  Scalar,
  Tensor,
  Tensor2D,
  Tensor4D,
  TensorInfo,
  Variable,
} from '@tensorflow/tfjs';
import { ensureCompute } from '../../src/backends/ensure-backend.ts';
import type { TensorFlow } from '../../src/backends/tensorflow-js.ts';
import { comparison } from './statistics.ts';

const ROUNDS = 15;
const BATCH = 32;

const STEPS_A_ROUND = { lenet: 4, mlp: 200 } as const;
type Network = keyof typeof STEPS_A_ROUND;

interface Measured {
  /** Milliseconds. */
  readonly perStep: number;
  readonly loss: number;
}

const side = process.argv[2];
if (side === undefined) await compare();
else train(side === 'ours' ? await ours() : await rival());

async function compare(): Promise<void> {
  const start = (name: string): ChildProcess =>
    fork(import.meta.filename, [name], { execArgv: ['--import', 'tsx'] });
  const sides = [start('ours'), start('rival')] as const;
  for (const network of Object.keys(STEPS_A_ROUND) as Network[]) {
    const times: [number[], number[]] = [[], []];
    const losses: [number, number] = [0, 0];
    for (let round = 0; round <= ROUNDS; round++) {
      for (const index of [0, 1] as const) {
        sides[index].send(network);
        const [measured] = (await once(sides[index], 'message')) as [Measured];
        // The first is to warm up.
        if (round > 0) times[index].push(measured.perStep);
        losses[index] = measured.loss;
      }
    }
    if (!(Math.abs(losses[0] - losses[1]) < 1e-3))
      throw new Error(`The losses differ: ${losses.join(' and ')}.`);
    console.log(comparison(`embedded, ${network} batch ${BATCH}`, 'ms a step', ...times));
  }
  for (const child of sides) child.disconnect();
}

/** Trains as often as is asked for. */
function train(tf: TensorFlow): void {
  const networks = { lenet: lenet(tf), mlp: mlp(tf) };
  process.on('message', (network: Network) => {
    const steps = STEPS_A_ROUND[network];
    const start = performance.now();
    let loss = NaN;
    for (let step = 0; step < steps; step++) loss = networks[network]();
    process.send?.({ perStep: (performance.now() - start) / steps, loss } satisfies Measured);
  });
}

async function ours(): Promise<TensorFlow> {
  return (await ensureCompute({ prefer: 'embedded', searchFrom: [] })).tensorflow;
}

type Step = () => number;

function lenet(tf: TensorFlow): Step {
  const weights = [
    variable(tf, [5, 5, 1, 32], 0.1),
    variable(tf, [5, 5, 32, 64], 0.05),
    variable(tf, [3136, 1024], 0.02),
    variable(tf, [1024, 10], 0.03),
  ] as const;
  const biases = weights.map(({ shape }) => tf.variable(tf.zeros([shape.at(-1) ?? 0])));
  const [x, y] = [tf.randomUniform<Rank.R4>([BATCH, 28, 28, 1], 0, 1, 'float32', 5), labels(tf)];
  const convolution = (input: Tensor4D, layer: 0 | 1): Tensor4D => {
    const sums = tf.conv2d(input, weights[layer] as unknown as Tensor4D, 1, 'same');
    return tf.maxPool(tf.relu(tf.add<Tensor4D>(sums, biases[layer] ?? 0)), 2, 2, 'same');
  };
  const dense = (input: Tensor, layer: 2 | 3): Tensor =>
    tf.add(tf.matMul(input, weights[layer] as Tensor), biases[layer] ?? 0);
  const model = (): Tensor => {
    const features = tf.reshape(convolution(convolution(x, 0), 1), [BATCH, 3136]);
    return dense(tf.relu(dense(features, 2)), 3);
  };
  const optimizer = tf.train.momentum(0.01, 0.9);
  return () =>
    minimize(tf, optimizer, () => tf.losses.softmaxCrossEntropy(y, model()), [...weights, ...biases]);
}

function mlp(tf: TensorFlow): Step {
  const weights = [
    variable(tf, [10, 64], 0.1),
    variable(tf, [64, 64], 0.1),
    variable(tf, [64, 1], 0.1),
  ] as const;
  const biases = weights.map(({ shape }) => tf.variable(tf.zeros([shape.at(-1) ?? 0])));
  const [x, y] = [
    tf.randomUniform([BATCH, 10], 0, 1, 'float32', 5),
    tf.randomUniform([BATCH, 1], 0, 1, 'float32', 6),
  ];
  const dense = (input: Tensor, layer: 0 | 1 | 2): Tensor =>
    tf.add(tf.matMul(input, weights[layer] as Tensor), biases[layer] ?? 0);
  const model = (): Tensor => dense(tf.relu(dense(tf.relu(dense(x, 0)), 1)), 2);
  const optimizer = tf.train.momentum(0.01, 0.9);
  return () => minimize(tf, optimizer, () => tf.losses.meanSquaredError(y, model()), [...weights, ...biases]);
}

function variable(tf: TensorFlow, shape: number[], deviation: number): Variable {
  return tf.variable(tf.truncatedNormal(shape, 0, deviation, 'float32', 1 + (shape[0] ?? 0)));
}

function labels(tf: TensorFlow): Tensor2D {
  return tf.oneHot(tf.range(0, BATCH, 1, 'int32').mod(tf.scalar(10, 'int32')), 10) as Tensor2D;
}

function minimize(
  tf: TensorFlow,
  optimizer: ReturnType<TensorFlow['train']['momentum']>,
  loss: () => Tensor,
  variables: Variable[],
): number {
  return tf.tidy(() => optimizer.minimize(() => loss() as Scalar, true, variables)?.dataSync()[0] ?? NaN);
}

/** TF.js's own WebAssembly backend, with gradients for convolutions of stride 1 and fast transposed products. */
async function rival(): Promise<TensorFlow> {
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as TensorFlow;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  await tf.setBackend('wasm');
  await tf.ready();
  const product = tf.getKernel('BatchMatMul', 'wasm');
  for (const name of ['Conv2DBackpropInput', 'BatchMatMul']) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel(filterGradient(tf));
  tf.registerKernel(inputGradient(tf));
  tf.registerKernel(productOfTransposed(tf, product));
  return tf;
}

interface Inputs {
  readonly x: Tensor4D;
  readonly dy: Tensor4D;
  readonly filter: Tensor4D;
}

interface Attributes {
  readonly strides: number;
  readonly pad: 'same' | 'valid';
  readonly inputShape: [number, number, number, number];
  readonly filterShape: [number, number, number, number];
}

/** `dFilter` is a convolution of the input, its channels as the batch, by `dy` as a filter. */
function filterGradient(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as Inputs;
      const { strides, pad, filterShape } = attrs as unknown as Attributes;
      const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
      return tf.tidy(() => {
        const padded = tf.pad(x, around(padInfo));
        const byChannel = tf.transpose(padded, [3, 1, 2, 0]);
        const gradient = tf.conv2d(byChannel, tf.transpose(dy, [1, 2, 0, 3]), 1, 'valid');
        return tf.transpose(gradient, [1, 2, 0, 3]);
      });
    },
  };
}

/** `dInput` is a convolution of `dy` by the flipped filter. */
function inputGradient(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as unknown as Inputs;
      const { strides, pad, inputShape } = attrs as unknown as Attributes;
      const { padInfo, filterHeight, filterWidth } = tf.backend_util.computeConv2DInfo(
        inputShape,
        filter.shape,
        strides,
        1,
        pad,
      );
      const [height, width] = [filterHeight - 1, filterWidth - 1];
      const pads = around({
        top: height - padInfo.top,
        bottom: height - padInfo.bottom,
        left: width - padInfo.left,
        right: width - padInfo.right,
      });
      return tf.tidy(() => {
        const flipped = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
        return tf.conv2d(dy, flipped, 1, pads);
      });
    },
  };
}

type Pads = [[number, number], [number, number], [number, number], [number, number]];

function around(pad: { top: number; bottom: number; left: number; right: number }): Pads {
  return [
    [0, 0],
    [pad.top, pad.bottom],
    [pad.left, pad.right],
    [0, 0],
  ];
}

function productOfTransposed(tf: TensorFlow, own: KernelConfig): KernelConfig {
  return {
    ...own,
    kernelFunc: parameters => {
      const { a, b } = parameters.inputs as unknown as { a: Tensor2D; b: Tensor2D };
      const { transposeA, transposeB } = parameters.attrs as unknown as Record<string, boolean>;
      if (transposeA !== true && transposeB !== true) return own.kernelFunc(parameters);
      return tf.tidy(() => {
        const inputs = {
          a: transposeA === true ? tf.transpose(a) : a,
          b: transposeB === true ? tf.transpose(b) : b,
        };
        const attrs = { transposeA: false, transposeB: false };
        return tf
          .engine()
          .makeTensorFromTensorInfo(own.kernelFunc({ ...parameters, inputs, attrs }) as TensorInfo);
      });
    },
  };
}
