import * as tf from '@tensorflow/tfjs';
import { tfjsPadding, type Padding } from './spatial-sizes.ts';

/** A convolution without dilation. */
type Convolution = (inputs: tf.Tensor, strides: readonly number[], padding: Padding) => tf.Tensor;

/**
 * Dilates a convolution over any number of spatial dimensions.
 *
 * TF.js has no gradient of a dilated convolution, so `rate` above 1 goes, as in TensorFlow, by way of batches: the
 * pixels `rate` apart become images of their own. Source: `tf.nn.with_space_to_batch`.
 */
export function dilate<T extends tf.Tensor>(
  inputs: T,
  kernel: readonly number[],
  { strides, padding, rate }: { strides: readonly number[]; padding: Padding; rate: readonly number[] },
  convolution: Convolution,
): T {
  if (rate.every(r => r === 1)) return convolution(inputs, strides, padding) as T;
  if (strides.some(stride => stride !== 1)) {
    throw new RangeError(
      `A convolution takes either a stride or a rate above 1, not stride ${strides.join('x')} and rate ${rate.join('x')}.`,
    );
  }
  const { paddings, crops } = atrousPaddings(inputs.shape, kernel, padding, rate);
  const batches = tf.spaceToBatchND(inputs, [...rate], paddings);
  return tf.batchToSpaceND(convolution(batches, strides, 'VALID'), [...rate], crops) as T;
}

/** A convolution over 1 to 3 spatial dimensions: weights are [...kernel, channels, outputs]. */
export function convolve(
  inputs: tf.Tensor,
  weights: tf.Tensor,
  strides: readonly number[],
  padding: Padding,
): tf.Tensor {
  const pad = tfjsPadding(padding);
  const [depth = 1, height = 1, width = 1] = strides;
  if (inputs.rank === 3) {
    const rows = inputs.expandDims<tf.Tensor4D>(1);
    return tf.conv2d(rows, weights.expandDims<tf.Tensor4D>(0), [1, depth], pad).squeeze([1]);
  }
  if (inputs.rank === 4)
    return tf.conv2d(inputs as tf.Tensor4D, weights as tf.Tensor4D, [depth, height], pad);
  return tf.conv3d(inputs as tf.Tensor5D, weights as tf.Tensor5D, [depth, height, width], pad);
}

/** Padding for `SAME`, made up to a multiple of the rate, and what of the result stems from that alone. */
function atrousPaddings(
  inputShape: readonly number[],
  kernel: readonly number[],
  padding: Padding,
  rate: readonly number[],
): { paddings: number[][]; crops: number[][] } {
  const sides = rate.map((r, i) => {
    const total = padding === 'SAME' ? ((kernel[i] ?? 1) - 1) * r : 0;
    const before = Math.floor(total / 2);
    const size = (inputShape[i + 1] ?? 1) + total;
    return { before, after: total - before, extra: (r - (size % r)) % r };
  });
  return {
    paddings: sides.map(({ before, after, extra }) => [before, after + extra]),
    crops: sides.map(({ extra }) => [0, extra]),
  };
}
