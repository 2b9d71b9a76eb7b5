import type { KernelConfig, Tensor } from '@tensorflow/tfjs';
import type { WasmBackend } from './wasm-memory.ts';

/** Another tensor of the same numbers, as TF.js's other backends make it: the wasm backend's own copies them. */
export function identity(): KernelConfig {
  return {
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as unknown as { x: Tensor };
      const { dataId, shape, dtype } = x;
      (backend as WasmBackend).incRef(dataId);
      return { dataId, shape, dtype };
    },
  };
}
