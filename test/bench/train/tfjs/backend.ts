/** TensorFlow.js as it comes, without anything of ours but where to find it. */

import { createRequire } from 'node:module';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { findNative } from '../../../../src/backends/native-backend.ts';

/** Starts `tensorflow` (the first tfjs-node whose addon loads) or `wasm`. */
export async function startBackend(backend: 'native' | 'embedded'): Promise<void> {
  if (backend === 'native') {
    loadTfjsNode();
    await tf.setBackend('tensorflow');
    return;
  }
  const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(wasm.replace('package.json', 'wasm-out/'));
  await tf.setBackend('wasm');
}

function loadTfjsNode(): void {
  const problems: unknown[] = [];
  // Node 23 and later lack what tfjs-node 4.22 calls: https://github.com/tensorflow/tfjs/issues/8609
  const util: object = createRequire(import.meta.url)('node:util') as object;
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  for (const { folder } of findNative([process.cwd()])) {
    try {
      createRequire(import.meta.url)(folder);
      return;
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(problems, 'tfjs-node is not installed: `slim-train native install` gets it.');
}
