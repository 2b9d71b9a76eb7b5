import type { KernelConfig } from '@tensorflow/tfjs';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { avgPoolGrad } from './avg-pool-grad.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { conv2D } from './conv2d.ts';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2DBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseConv2DBackpropFilter } from './depthwise-conv2d-backprop-filter.ts';
import { depthwiseConv2DBackpropInput } from './depthwise-conv2d-backprop-input.ts';
import { identity } from './identity.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { reduction } from './reduction.ts';
import { throughCpu } from './through-cpu.ts';
import { tile } from './tile.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Missing in the wasm backend and rarely used in training. Those of complex numbers cannot be had: it has no such type. */
const RARE = ['Einsum', 'RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'StaticRegexReplace'];

/**
 * The wasm backend's own give wrong numbers (TF.js 4.22): to the filter of a 3D convolution when a stride is not 1, and
 * those that look for
 * the largest of numbers when none is positive. TensorFlow agrees with the cpu backend on all of them.
 */
const WRONG = [
  'Conv3DBackpropInputV2',
  'Conv3DBackpropFilterV2',
  'MaxPool3D',
  'MaxPool3DGrad',
  'MaxPoolWithArgmax',
  'Dilation2D',
  'Dilation2DBackpropInput',
  'Dilation2DBackpropFilter',
];

/** Adds to the wasm backend what training needs beside its own kernels, and replaces some that it has. */
export function registerEmbeddedKernels(tf: TensorFlow, threads: TaskThreads): void {
  const kernels: KernelConfig[] = [
    conv2D(tf, threads),
    conv2DBackpropFilter(tf, threads),
    conv2DBackpropInput(tf, threads),
    avgPoolGrad(tf),
    batchMatMul(tf, threads),
    depthwiseConv2DBackpropFilter(tf),
    depthwiseConv2DBackpropInput(tf),
    identity(),
    maxPoolGrad(tf, threads),
    reduction(tf, threads, 'Sum'),
    reduction(tf, threads, 'Mean'),
    tile(tf),
    unsortedSegmentSum(tf),
    ...[...RARE, ...WRONG].map(name => throughCpu(tf, name)),
  ];
  const present = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const kernel of kernels) {
    if (present.has(kernel.kernelName)) tf.unregisterKernel(kernel.kernelName, 'wasm');
    tf.registerKernel(kernel);
  }
}
