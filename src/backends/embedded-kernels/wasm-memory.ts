import type { TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What we use of the wasm backend of TF.js 4.22, which kernels are given as `unknown`. */
export type WasmBackend = Pick<
  BackendWasm,
  'getMemoryOffset' | 'incRef' | 'makeOutput' | 'typedArrayFromHeap' | 'readSync'
>;

/** Makes a tensor in the memory of the WebAssembly module, of whatever was there before. */
export function inMemory(backend: unknown, shape: readonly number[], dtype: 'float32' | 'int32'): TensorInfo {
  return (backend as WasmBackend).makeOutput([...shape], dtype);
}

/** Makes a tensor of zeros in the memory of the WebAssembly module. */
export function zerosInMemory(
  backend: unknown,
  shape: readonly number[],
  dtype: 'float32' | 'int32',
): TensorInfo {
  const made = inMemory(backend, shape, dtype);
  numbersOf(backend, made).fill(0);
  return made;
}

/**
 * A tensor's numbers where they lie, in the memory of the WebAssembly module: valid until the next tensor is made, which
 * may enlarge that memory.
 */
export function numbersOf(backend: unknown, tensor: TensorInfo): Float32Array | Int32Array {
  return (backend as WasmBackend).typedArrayFromHeap(tensor) as Float32Array | Int32Array;
}

/** Where a tensor's numbers lie in the memory of the WebAssembly module, in bytes. */
export function addressOf(backend: unknown, { dataId }: TensorInfo): number {
  return (backend as WasmBackend).getMemoryOffset(dataId);
}
