/**
 * The embedded backend: WebAssembly, which needs nothing installed, with the kernels that training needs beside its own, and
 * with threads for the largest of them.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { registerEmbeddedKernels } from './embedded-kernels/register.ts';
import { TaskThreads } from './embedded-threads/task-threads.ts';
import { embeddedFolder, resolveFrom, shareTensorFlow, type TensorFlow } from './tensorflow-js.ts';
import { loadTfjsWasm } from './tfjs-wasm-module.ts';

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');
type PackageModule = ConstructorParameters<WasmPackage['BackendWasm']>[0];

/** The package's own: above the plain JavaScript backend. */
const PRIORITY = 2;

const ours = new WeakSet();

/**
 * Sets and awaits the backend `wasm`. Answers how many threads it has.
 *
 * @throws Error when TensorFlow.js computes with the package's own backend already: its tensors would be lost
 */
export async function startEmbedded(tf: TensorFlow): Promise<{ threads: number }> {
  const wasmFile = embeddedPackageFile();
  shareTensorFlow(tf, wasmFile, embeddedFolder() === undefined ? '@tensorflow/tfjs-core' : './tfjs.cjs');
  const loaded = await loadTfjsWasm(join(dirname(wasmFile), 'tfjs-backend-wasm-threaded-simd.wasm'));
  refuseForeignBackend(tf);
  const { BackendWasm, setThreadsCount } = createRequire(import.meta.url)(wasmFile) as WasmPackage;
  // The backend's own threads are of no use in Node.
  setThreadsCount(1);
  const backend = new BackendWasm(loaded.module as unknown as PackageModule);
  ours.add(backend);
  // Importing the package has registered its backend, which would load the module in its own way.
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => backend, PRIORITY);
  if (!(await tf.setBackend('wasm')))
    throw new Error(`The WebAssembly backend of ${wasmFile} did not start.`);
  await tf.ready();
  const threads = new TaskThreads(loaded);
  registerEmbeddedKernels(tf, threads);
  return { threads: threads.count };
}

function refuseForeignBackend(tf: TensorFlow): void {
  const present: object | undefined = tf.engine().registry['wasm'];
  if (present === undefined || ours.has(present)) return;
  throw new Error(
    "TensorFlow.js computes with the backend of @tensorflow/tfjs-backend-wasm already, which cannot train: leave out tf.setBackend('wasm').",
  );
}

/** The CommonJS file of `@tensorflow/tfjs-backend-wasm`. Its `.wasm` files lie beside it. */
export function embeddedPackageFile(): string {
  const folder = embeddedFolder();
  if (folder !== undefined) return join(folder, 'tfjs-backend-wasm.cjs');
  const file = resolveFrom(import.meta.dirname, '@tensorflow/tfjs-backend-wasm');
  if (file === undefined) throw new Error('@tensorflow/tfjs-backend-wasm is not installed: npm install');
  return file;
}
