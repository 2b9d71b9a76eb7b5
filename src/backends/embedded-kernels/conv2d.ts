import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import { multiply } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { conv2DShape, filterRows, viewOf, type Conv2DAttributes } from './conv2d-shape.ts';
import { withView } from './padded-image.ts';
import { addressOf, inMemory } from './wasm-memory.ts';

/** Convolution as a product of matrices, on all threads. */
export function conv2D(tf: TensorFlow, threads: TaskThreads): KernelConfig {
  const own = tf.getKernel('Conv2D', 'wasm');
  return {
    ...own,
    kernelFunc: parameters => {
      const { x, filter } = parameters.inputs as unknown as { x: Tensor4D; filter: Tensor4D };
      const attributes = parameters.attrs as unknown as Conv2DAttributes;
      // Which it refuses.
      if (attributes.dataFormat === 'NCHW') return own.kernelFunc(parameters);
      const { backend } = parameters;
      const shape = conv2DShape(tf, x.shape, filter.shape, attributes);
      const output = inMemory(backend, shape.outShape, 'float32');
      withView(threads, viewOf(shape, addressOf(backend, x)), false, view => {
        const weights = filterRows(view, addressOf(backend, filter), shape.outChannels);
        multiply(threads, view, weights, addressOf(backend, output));
      });
      return output;
    },
  };
}
