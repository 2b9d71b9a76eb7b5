import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import { numbersOf, zerosInMemory } from './wasm-memory.ts';

interface AvgPoolGradAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
}

/**
 * The gradient of average pooling: each window's is shared by its pixels, of which padding is none, as in TensorFlow.
 *
 * The wasm backend's own divides by the size of the whole window where part of it is padding (TF.js 4.22).
 */
export function avgPoolGrad(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'AvgPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as unknown as { dy: Tensor4D; input: Tensor4D };
      const { filterSize, strides, pad } = attrs as unknown as AvgPoolGradAttributes;
      const shape = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad);
      const { inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = shape;
      const gradient = zerosInMemory(backend, input.shape, 'float32');
      const dx = numbersOf(backend, gradient);
      const dys = numbersOf(backend, dy);
      for (let n = 0, output = 0; n < shape.batchSize; n++) {
        for (let y = 0; y < outHeight; y++) {
          const top = y * shape.strideHeight - padInfo.top;
          const [firstRow, endRow] = [Math.max(0, top), Math.min(inHeight, top + shape.filterHeight)];
          for (let x = 0; x < outWidth; x++, output += channels) {
            const left = x * shape.strideWidth - padInfo.left;
            const [first, end] = [Math.max(0, left), Math.min(inWidth, left + shape.filterWidth)];
            const pixels = (endRow - firstRow) * (end - first);
            for (let row = firstRow; row < endRow; row++) {
              for (let column = first; column < end; column++) {
                const pixel = ((n * inHeight + row) * inWidth + column) * channels;
                for (let c = 0; c < channels; c++) {
                  dx[pixel + c] = (dx[pixel + c] ?? 0) + (dys[output + c] ?? 0) / pixels;
                }
              }
            }
          }
        }
      }
      return gradient;
    },
  };
}
