import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../tensorflow-js.ts';
import { conv2DShape, type Conv2DGradientAttributes, type Shape4D } from './conv2d-shape.ts';

/**
 * The gradient of a convolution with respect to its filter, which the wasm backend lacks, made of what it is fast at:
 *
 *     dFilter[i, j, c, o] = sum over n, y, x of input[n, y * stride + i, x * stride + j, c] * dy[n, y, x, o]
 *
 * is itself a convolution: of the input with its channels as the batch and its batch as the channels, by `dy` as a filter
 * whose taps lie `stride` apart.
 */
export function conv2DBackpropFilter(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      const attributes = attrs as unknown as Conv2DGradientAttributes & { filterShape: Shape4D };
      const shape = conv2DShape(tf, x.shape, attributes.filterShape, attributes);
      const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth, padInfo } = shape;
      const isPointwise =
        filterHeight * filterWidth * strideHeight * strideWidth === 1 &&
        outHeight === shape.inHeight &&
        outWidth === shape.inWidth;
      return tf.tidy(() => {
        if (isPointwise) return pointwise(tf, x, dy);
        const height = strideHeight * (outHeight - 1) + filterHeight;
        const width = strideWidth * (outWidth - 1) + filterWidth;
        const seen = window(tf, x, { top: padInfo.top, left: padInfo.left, height, width });
        const channelsAsBatch = tf.transpose(seen, [3, 1, 2, 0]);
        const filter = tf.transpose(dy, [1, 2, 0, 3]);
        const dilations: [number, number] = [strideHeight, strideWidth];
        const gradient = tf.conv2d(channelsAsBatch, filter, 1, 'valid', 'NHWC', dilations);
        return tf.transpose(gradient, [1, 2, 0, 3]);
      });
    },
  };
}

/** A filter of one tap is a matrix, and its gradient a product of matrices: three times faster. */
function pointwise(tf: TensorFlow, x: Tensor4D, dy: Tensor4D): Tensor4D {
  const [, , , inChannels] = x.shape;
  const [, , , outChannels] = dy.shape;
  const product = tf.matMul(tf.reshape(x, [-1, inChannels]), tf.reshape(dy, [-1, outChannels]), true, false);
  return tf.reshape(product, [1, 1, inChannels, outChannels]);
}

/** What the filter sees of `x`: with its padding, and without the rows and columns that no step of it reaches. */
function window(
  tf: TensorFlow,
  x: Tensor4D,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): Tensor4D {
  const [batch, inHeight, inWidth, channels] = x.shape;
  const bottom = Math.max(0, height - inHeight - top);
  const right = Math.max(0, width - inWidth - left);
  const padded =
    top + left + bottom + right === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
  return tf.slice(padded, [0, 0, 0, 0], [batch, height, width, channels]);
}
