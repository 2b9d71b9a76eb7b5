import type { KernelConfig, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import { numbersOf, zerosInMemory } from './wasm-memory.ts';

/**
 * Sums of the rows of `x` that have the same segment id, which the wasm backend lacks: the gradient of `tf.gather`, and
 * so of every embedding. Rows of an id outside of [0, numSegments) count nowhere, as in TensorFlow.
 */
export function unsortedSegmentSum(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as unknown as { x: Tensor; segmentIds: Tensor };
      const { numSegments } = attrs as unknown as { numSegments: number };
      const rowShape = x.shape.slice(segmentIds.shape.length);
      const rowSize = tf.util.sizeFromShape(rowShape);
      const dtype = x.dtype === 'int32' ? 'int32' : 'float32';
      const result = zerosInMemory(backend, [numSegments, ...rowShape], dtype);
      const sums = numbersOf(backend, result);
      const rows = numbersOf(backend, x);
      for (const [index, id] of numbersOf(backend, segmentIds).entries()) {
        if (id < 0 || id >= numSegments) continue;
        const from = index * rowSize;
        const to = id * rowSize;
        for (let k = 0; k < rowSize; k++) sums[to + k] = (sums[to + k] ?? 0) + (rows[from + k] ?? 0);
      }
      return result;
    },
  };
}
