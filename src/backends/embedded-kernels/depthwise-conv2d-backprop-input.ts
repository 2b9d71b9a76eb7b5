import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import type { Shape4D } from './conv2d-shape.ts';
import { depthwiseConvolution, type DepthwiseGradientAttributes } from './depthwise-conv2d-gradient.ts';
import { numbersOf, zerosInMemory } from './wasm-memory.ts';

/** The gradient of a depthwise convolution with respect to its input: `dx[c] += filter[tap, c, m] * dy[c, m]`. */
export function depthwiseConv2DBackpropInput(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs as unknown as { dy: Tensor4D; filter: Tensor4D };
      const attributes = attrs as unknown as DepthwiseGradientAttributes & { inputShape: Shape4D };
      const convolution = depthwiseConvolution(tf, attributes.inputShape, filter.shape, attributes);
      const { inChannels, multiplier } = convolution;
      const gradient = zerosInMemory(backend, attributes.inputShape, 'float32');
      const dx = numbersOf(backend, gradient);
      const weights = numbersOf(backend, filter);
      const dys = numbersOf(backend, dy);
      convolution.forEachTap((input, tap, output) => {
        for (let c = 0; c < inChannels; c++) {
          let sum = 0;
          for (let m = c * multiplier; m < (c + 1) * multiplier; m++) {
            sum += (weights[tap + m] ?? 0) * (dys[output + m] ?? 0);
          }
          dx[input + c] = (dx[input + c] ?? 0) + sum;
        }
      });
      return gradient;
    },
  };
}
