import type { NativeBackend } from '../native-binding.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { useFusedBatchNorm } from './fused-batch-norm.ts';
import { useMatMulForMatrices } from './mat-mul.ts';
import { useReluGrad } from './relu-grad.ts';

/** Replaces what tfjs-node does slowly by the TensorFlow operations made for it. Results stay those of TensorFlow. */
export function registerNativeKernels(tf: TensorFlow, backend: NativeBackend): void {
  useMatMulForMatrices(tf, backend);
  useReluGrad(tf, backend);
  useFusedBatchNorm(tf, backend);
}
