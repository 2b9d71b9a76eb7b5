/** The native backend: `@tensorflow/tfjs-node`, which computes with libtensorflow. */

import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DataStorage, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs';
import { nativeFolder } from './native-folder.ts';
import { registerNativeKernels } from './native-kernels/register.ts';
import { resolveFrom, shareTensorFlow, type TensorFlow } from './tensorflow-js.ts';

/**
 * What we use of `NodeJSKernelBackend` of tfjs-node 4.22. Typed here because the package is optional: where its
 * download failed, its typings are not there either.
 */
export interface NativeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  /** What each of TF.js's data ids holds. */
  readonly tensorMap: DataStorage<NativeData>;
  /** Runs one TensorFlow operation with one output. */
  executeSingleOutput(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  /** The same for operations with more outputs. */
  executeMultipleOutputs(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** The handles of tensors; values that TensorFlow does not have yet are given to it here. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** Makes the tensor of a handle. */
  createOutputTensor(output: NativeOutput): Tensor;
}

/** TensorFlow's tensors are known by handles: integers that only count upwards. All calls are synchronous. */
export interface NativeBinding {
  /** Version of libtensorflow, such as `2.15.1`. */
  readonly TF_Version: string;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeOutput[];
  /** The tensor shares the array's memory. Strings are an array of the bytes of each. */
  createTensor(shape: readonly number[], dataType: number, values: NativeValues): number;
  /** A copy of the values. */
  tensorDataSync(handle: number): Float32Array | Int32Array | Uint8Array;
  deleteTensor(handle: number): void;
  /** Loads the graph with a tag, such as `serve`, of a SavedModel's folder. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(model: number): void;
  /** One call of TensorFlow's session. Names are `operation:output`, with commas between them. */
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeOutput[];
}

export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface NativeOutput {
  readonly id: number;
  readonly shape: number[];
  /** `TF_DataType`. */
  readonly dtype: number;
}

export type NativeValues = Float32Array | Int32Array | Uint8Array | readonly Uint8Array[];

/** What the backend knows of a tensor's data. */
export interface NativeData {
  readonly shape: number[];
  readonly dtype: number;
  /** Its handle; -1 while TensorFlow does not have the values. */
  id: number;
  /** Values that TensorFlow does not have yet. */
  readonly values: NativeValues | null;
  /** How many of TF.js's tensors and variables share it. */
  readonly refCount: number;
}

export interface NativeCandidate {
  /** The folder of the package `@tensorflow/tfjs-node`. */
  readonly folder: string;
  readonly origin: 'workspace' | 'user';
}

/** The installed copies of tfjs-node, best first: the folders', then the per-user one. Nothing is loaded. */
export function findNative(searchFrom: readonly string[]): NativeCandidate[] {
  const found: NativeCandidate[] = [];
  const add = (from: string, origin: NativeCandidate['origin']) => {
    const manifest = resolveFrom(from, '@tensorflow/tfjs-node/package.json');
    if (manifest === undefined) return;
    const folder = dirname(manifest);
    if (!found.some(candidate => candidate.folder === folder)) found.push({ folder, origin });
  };
  for (const folder of searchFrom) add(folder, 'workspace');
  const user = nativeFolder();
  if (existsSync(join(user, 'node_modules'))) add(user, 'user');
  return found;
}

/**
 * Loads tfjs-node, which makes it TF.js's backend `tensorflow`.
 *
 * @throws Error in one line when it does not load: no addon built, a library missing, another architecture
 */
export function loadNative(tf: TensorFlow, candidate: NativeCandidate): NativeBackend {
  // INFO lines of libtensorflow (oneDNN is on, which CPU features there are) would come first in every console.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  // As many as cores, the default, wait for one another more than they compute where operations are small.
  process.env['TF_NUM_INTEROP_THREADS'] ??= '2';
  restoreRemovedNodeFunctions();
  const manifest = join(candidate.folder, 'package.json');
  if (!hasAddon(candidate.folder)) throw new Error(`${candidate.folder} has no addon: its download failed`);
  const shared = withCallableBaseClasses(tf);
  for (const specifier of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    shareTensorFlow(shared, manifest, specifier);
  }
  try {
    createRequire(manifest)(candidate.folder);
  } catch (error) {
    // It registers its kernels before its addon loads: the next candidate must find their places free.
    for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
      tf.unregisterKernel(kernelName, 'tensorflow');
    throw new Error(`${candidate.folder} does not load: ${firstLine(error)}`, { cause: error });
  }
  const backend = tf.findBackend('tensorflow');
  if (!isNative(backend)) throw new Error(`${candidate.folder} registered no backend`);
  registerNativeKernels(tf, backend);
  return backend;
}

/**
 * tfjs-node is written for ES5, and its classes call those that they extend as functions. The bundled TensorFlow.js has
 * ES classes, which refuse that.
 */
function withCallableBaseClasses(tf: TensorFlow): TensorFlow {
  const { KernelBackend, CustomCallback } = tf;
  return { ...tf, KernelBackend: callable(KernelBackend), CustomCallback: callable(CustomCallback) };
}

function callable<Class extends new (...given: never[]) => object>(base: Class): Class {
  function construct(this: object, ...given: never[]): object {
    return Reflect.construct(base, given, this.constructor) as object;
  }
  construct.prototype = base.prototype as object;
  return construct as unknown as Class;
}

/** The folder is `napi-v8` on Node 18 and later, but for packages that were installed by an older Node. */
function hasAddon(folder: string): boolean {
  const lib = join(folder, 'lib');
  return existsSync(lib) && readdirSync(lib).some(name => existsSync(join(lib, name, 'tfjs_binding.node')));
}

/**
 * tfjs-node 4.22 calls two functions of node:util that Node 23 and later remove or warn about
 * (https://github.com/tensorflow/tfjs/issues/8609).
 */
function restoreRemovedNodeFunctions(): void {
  const util: object = createRequire(import.meta.url)('node:util') as typeof import('node:util');
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

function isNative(backend: KernelBackend | null): backend is NativeBackend {
  return backend !== null && 'binding' in backend && 'executeSingleOutput' in backend;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n').find(part => part.trim() !== '') ?? message;
  return line.trim();
}
