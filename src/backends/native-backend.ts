/** The native backend: `@tensorflow/tfjs-node`, which computes with libtensorflow. */

import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { KernelBackend } from '@tensorflow/tfjs';
import { messageOf } from '../protocol/error-message.ts';
import { nativeFolder } from './native-folder.ts';
import type { NativeBackend } from './native-binding.ts';
import { registerNativeKernels } from './native-kernels/register.ts';
import { resolveFrom, shareTensorFlow, type TensorFlow } from './tensorflow-js.ts';

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
  const message = messageOf(error);
  const line = message.split('\n').find(part => part.trim() !== '') ?? message;
  return line.trim();
}
