import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import { numbersOf, zerosInMemory } from './wasm-memory.ts';

interface MaxPoolGradAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of max pooling goes to the first of the largest numbers of each window, as in TensorFlow.
 *
 * The wasm backend's own loses it where a window has no positive number: it looks for the largest from
 * `std::numeric_limits<float>::min()` on, which is the smallest positive float (TF.js 4.22).
 */
export function maxPoolGrad(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as unknown as { dy: Tensor4D; input: Tensor4D };
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttributes;
      const shape = tf.backend_util.computePool2DInfo(
        input.shape,
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const { inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = shape;
      const gradient = zerosInMemory(backend, input.shape, 'float32');
      const dx = numbersOf(backend, gradient);
      const xs = numbersOf(backend, input);
      const dys = numbersOf(backend, dy);
      // Of the window at hand, for each channel: its largest number, and where that lies.
      const largest = new Float32Array(channels);
      const place = new Int32Array(channels);
      for (let n = 0, output = 0; n < shape.batchSize; n++) {
        for (let y = 0; y < outHeight; y++) {
          const top = y * shape.strideHeight - padInfo.top;
          for (let x = 0; x < outWidth; x++, output += channels) {
            const left = x * shape.strideWidth - padInfo.left;
            largest.fill(-Infinity);
            place.fill(-1);
            for (let row = Math.max(0, top); row < Math.min(inHeight, top + shape.filterHeight); row++) {
              for (
                let column = Math.max(0, left);
                column < Math.min(inWidth, left + shape.filterWidth);
                column++
              ) {
                const pixel = ((n * inHeight + row) * inWidth + column) * channels;
                for (let c = 0; c < channels; c++) {
                  const value = xs[pixel + c] ?? 0;
                  if (value > (largest[c] ?? 0)) {
                    largest[c] = value;
                    place[c] = pixel + c;
                  }
                }
              }
            }
            for (let c = 0; c < channels; c++) {
              const to = place[c] ?? -1;
              // Nowhere: all of the window is NaN.
              if (to >= 0) dx[to] = (dx[to] ?? 0) + (dys[output + c] ?? 0);
            }
          }
        }
      }
      return gradient;
    },
  };
}
