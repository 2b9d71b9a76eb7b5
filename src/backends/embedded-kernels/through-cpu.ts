import type { KernelConfig, MathBackendCPU, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import { withoutAdvertisement } from '../quiet-cpu-backend.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import type { WasmBackend } from './wasm-memory.ts';

/**
 * A kernel that the wasm backend lacks and that is not worth one of our own: computed by TF.js's plain JavaScript, on
 * copies of its inputs.
 */
export function throughCpu(tf: TensorFlow, kernelName: string): KernelConfig {
  const kernel = tf.getKernel(kernelName, 'cpu');
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as WasmBackend;
      // Lives for this call, and so do its tensors.
      const cpu = withoutAdvertisement(new tf.MathBackendCPU());
      const copies = copiesOf(inputs, input => copyToCpu(tf, wasm, cpu, input));
      const outputs = kernel.kernelFunc({
        inputs: copies,
        ...(attrs === undefined ? {} : { attrs }),
        backend: cpu,
      });
      return Array.isArray(outputs)
        ? outputs.map(output => copyToWasm(tf, cpu, wasm, output))
        : copyToWasm(tf, cpu, wasm, outputs);
    },
  };
}

type Inputs = TensorInfo | readonly Inputs[] | { readonly [name: string]: Inputs | undefined };

/** Some kernels, in spite of their type, take lists of tensors (Einsum) or lists in a map (RaggedGather). */
function copiesOf(inputs: NamedTensorInfoMap, copy: (input: TensorInfo) => TensorInfo): NamedTensorInfoMap {
  const copyAll = (part: Inputs | undefined): unknown => {
    if (part === undefined) return undefined;
    if (isTensor(part)) return copy(part);
    if (isList(part)) return part.map(copyAll);
    return Object.fromEntries(Object.entries(part).map(([name, input]) => [name, copyAll(input)]));
  };
  return copyAll(inputs) as NamedTensorInfoMap;
}

function isTensor(part: Inputs): part is TensorInfo {
  return 'dataId' in part;
}

function isList(part: Inputs): part is readonly Inputs[] {
  return Array.isArray(part);
}

/** A tensor and not only what is known of one, because some kernels ask for its rank. Unknown to the engine. */
function copyToCpu(
  tf: TensorFlow,
  wasm: WasmBackend,
  cpu: MathBackendCPU,
  { dataId, shape, dtype }: TensorInfo,
): TensorInfo {
  const copy = cpu.makeTensorInfo(shape, dtype, wasm.readSync(dataId));
  return new tf.Tensor(shape, dtype, copy.dataId, 0);
}

/** Some cpu kernels keep whole numbers in a Float32Array, of which wasm would take the bits as they are. */
function copyToWasm(
  tf: TensorFlow,
  cpu: MathBackendCPU,
  wasm: WasmBackend,
  { dataId, shape, dtype }: TensorInfo,
): TensorInfo {
  const values = cpu.readSync(dataId);
  const typed = dtype === 'string' ? values : tf.util.toTypedArray(values, dtype);
  return wasm.makeOutput(shape, dtype, undefined, typed);
}
