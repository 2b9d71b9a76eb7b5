import type { KernelConfig, NamedAttrMap, Tensor4D } from '@tensorflow/tfjs';
import { MaxPoolGradField } from '../embedded-threads/max-pool-grad-code.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { addressOf, inMemory } from './wasm-memory.ts';

interface MaxPoolGradAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Channels that are looked at together. */
const VECTOR = 4;
/** From this many numbers in all windows on, it is worth waking other threads. */
const WORTH_WAKING = 1 << 17;

/**
 * The gradient of max pooling goes to the first of the largest numbers of each window, as in TensorFlow.
 *
 * The wasm backend's own loses it where a window has no positive number: it looks for the largest from
 * `std::numeric_limits<float>::min()` on, which is the smallest positive float (TF.js 4.22).
 */
export function maxPoolGrad(tf: TensorFlow, threads: TaskThreads): KernelConfig {
  return {
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as unknown as { dy: Tensor4D; input: Tensor4D };
      const channels = input.shape[3];
      const missing = -channels & (VECTOR - 1);
      if (missing > 0) return widened(tf, missing, input, dy, attrs);
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttributes;
      const shape = tf.backend_util.computePool2DInfo(
        input.shape,
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const gradient = inMemory(backend, input.shape, 'float32');
      const fields = {
        ...shape,
        x: addressOf(backend, input),
        dy: addressOf(backend, dy),
        dx: addressOf(backend, gradient),
        height: shape.inHeight,
        width: shape.inWidth,
        pixel: channels * 4,
        top: shape.padInfo.top,
        left: shape.padInfo.left,
      };
      const compared = dy.size * shape.filterHeight * shape.filterWidth;
      const alone = compared < WORTH_WAKING;
      threads.run('maxPoolGrad', MaxPoolGradField, fields, { tasks: shape.batchSize, alone });
      return gradient;
    },
  };
}

/** With channels of zeros besides, so that there are as many as are looked at together. */
function widened(
  tf: TensorFlow,
  missing: number,
  input: Tensor4D,
  dy: Tensor4D,
  attributes: NamedAttrMap | undefined,
): Tensor4D {
  const widen = (tensor: Tensor4D): Tensor4D =>
    tf.pad(tensor, [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, missing],
    ]);
  return tf.tidy(() => {
    const inputs = { input: widen(input), dy: widen(dy) };
    const gradient: Tensor4D = tf.engine().runKernel('MaxPoolGrad', inputs, attributes);
    return tf.slice(gradient, [0, 0, 0, 0], input.shape);
  });
}
