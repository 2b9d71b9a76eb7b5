import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import type { Shape4D } from './conv2d-shape.ts';
import { depthwiseConvolution, type DepthwiseGradientAttributes } from './depthwise-conv2d-gradient.ts';
import { numbersOf, zerosInMemory } from './wasm-memory.ts';

/** The gradient of a depthwise convolution with respect to its filter: `dFilter[tap, c, m] += x[c] * dy[c, m]`. */
export function depthwiseConv2DBackpropFilter(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      const attributes = attrs as unknown as DepthwiseGradientAttributes & { filterShape: Shape4D };
      const convolution = depthwiseConvolution(tf, x.shape, attributes.filterShape, attributes);
      const { inChannels, multiplier } = convolution;
      const gradient = zerosInMemory(backend, attributes.filterShape, 'float32');
      const dFilter = numbersOf(backend, gradient);
      const xs = numbersOf(backend, x);
      const dys = numbersOf(backend, dy);
      convolution.forEachTap((input, tap, output) => {
        for (let c = 0; c < inChannels; c++) {
          const value = xs[input + c] ?? 0;
          for (let m = c * multiplier; m < (c + 1) * multiplier; m++) {
            dFilter[tap + m] = (dFilter[tap + m] ?? 0) + value * (dys[output + m] ?? 0);
          }
        }
      });
      return gradient;
    },
  };
}
