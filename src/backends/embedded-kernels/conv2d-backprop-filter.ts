import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import { matrixColumns, multiplyTransposed } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { conv2DShape, viewOf, type Conv2DAttributes, type Shape4D } from './conv2d-shape.ts';
import { withView } from './padded-image.ts';
import { addressOf, inMemory } from './wasm-memory.ts';

/**
 * The gradient of a convolution with respect to its filter, which the wasm backend lacks. The convolution is `view *
 * filter`, where `view` has what the filter sees in each place as a row: so its gradient is `transpose(view) * dy`.
 */
export function conv2DBackpropFilter(tf: TensorFlow, threads: TaskThreads): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      const attributes = attrs as unknown as Conv2DAttributes & { filterShape: Shape4D };
      const shape = conv2DShape(tf, x.shape, attributes.filterShape, attributes);
      const gradient = inMemory(backend, attributes.filterShape, 'float32');
      withView(threads, viewOf(shape, addressOf(backend, x)), false, view => {
        const places = matrixColumns(addressOf(backend, dy), view.rows, shape.outChannels);
        multiplyTransposed(threads, view, places, addressOf(backend, gradient));
      });
      return gradient;
    },
  };
}
