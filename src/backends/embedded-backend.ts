/** The embedded backend: WebAssembly, which needs nothing installed, with the kernels that training needs beside its own. */

import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { registerEmbeddedKernels } from './embedded-kernels/register.ts';
import { embeddedFolder, resolveFrom, shareTensorFlow, type TensorFlow } from './tensorflow-js.ts';

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');

/** Sets and awaits the backend `wasm`. Answers whether the machine has SIMD, which makes it several times faster. */
export async function startEmbedded(tf: TensorFlow): Promise<{ simd: boolean }> {
  const wasmFile = embeddedPackageFile();
  shareTensorFlow(tf, wasmFile, embeddedFolder() === undefined ? '@tensorflow/tfjs-core' : './tfjs.cjs');
  const wasm = createRequire(import.meta.url)(wasmFile) as WasmPackage;
  wasm.setWasmPaths(dirname(wasmFile) + sep);
  // Importing the package has registered the backend, and TF.js may have set it up already as the best it has: without
  // its files, it would have failed and not be tried again.
  if (!(await tf.setBackend('wasm')))
    throw new Error(`The WebAssembly backend of ${wasmFile} did not start.`);
  await tf.ready();
  registerEmbeddedKernels(tf);
  return { simd: (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true };
}

/** The CommonJS file of `@tensorflow/tfjs-backend-wasm`. Its `.wasm` files lie beside it. */
export function embeddedPackageFile(): string {
  const folder = embeddedFolder();
  if (folder !== undefined) return join(folder, 'tfjs-backend-wasm.cjs');
  const file = resolveFrom(import.meta.dirname, '@tensorflow/tfjs-backend-wasm');
  if (file === undefined) throw new Error('@tensorflow/tfjs-backend-wasm is not installed: npm install');
  return file;
}
