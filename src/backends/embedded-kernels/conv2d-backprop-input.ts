import type { KernelConfig, Rank, Tensor4D } from '@tensorflow/tfjs';
import { multiply, type ColumnFactor } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import {
  conv2DShape,
  viewOf,
  type Conv2DAttributes,
  type Conv2DShape,
  type Shape4D,
} from './conv2d-shape.ts';
import { withView, type View } from './padded-image.ts';
import { addressOf, inMemory } from './wasm-memory.ts';

/**
 * The gradient of a convolution with respect to its input, instead of the wasm backend's own, which does it number by
 * number. That of a convolution that goes pixel by pixel is a convolution of `dy` by the flipped filter.
 */
export function conv2DBackpropInput(tf: TensorFlow, threads: TaskThreads): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs as unknown as { dy: Tensor4D; filter: Tensor4D };
      const attributes = attrs as unknown as Conv2DAttributes & { inputShape: Shape4D };
      const shape = conv2DShape(tf, attributes.inputShape, filter.shape, attributes);
      if (shape.strideHeight * shape.strideWidth !== 1)
        return byRemainders(tf, dy, filter, attributes.inputShape, shape);
      const gradient = inMemory(backend, attributes.inputShape, 'float32');
      withView(threads, { ...viewFromInput(shape), address: addressOf(backend, dy) }, true, view => {
        multiply(
          threads,
          view,
          flippedFilter(shape, addressOf(backend, filter)),
          addressOf(backend, gradient),
        );
      });
      return gradient;
    },
  };
}

/** What the flipped filter sees of `dy` from each pixel of the input. */
function viewFromInput(shape: Conv2DShape): Omit<View, 'address'> {
  return {
    ...viewOf(shape, 0),
    height: shape.outHeight,
    width: shape.outWidth,
    channels: shape.outChannels,
    top: shape.filterHeight - 1 - shape.padInfo.top,
    left: shape.filterWidth - 1 - shape.padInfo.left,
    outHeight: shape.inHeight,
    outWidth: shape.inWidth,
  };
}

/** A row for each out channel of each tap, from the last tap to the first, a column for each in channel. */
function flippedFilter(
  { filterHeight, filterWidth, inChannels, outChannels }: Conv2DShape,
  address: number,
): ColumnFactor {
  const tap = inChannels * outChannels * 4;
  const segmentOffsets = Array.from(
    { length: filterHeight * filterWidth },
    (_, index) => index * tap,
  ).reverse();
  return { address, segmentOffsets, row: 4, column: outChannels * 4, columns: inChannels };
}

/**
 * In rows of the padded input, row `stride * q + r` gets `dy[q - t] * filter[r + stride * t]` for each t. So all rows of
 * one remainder r are a plain convolution of `dy` by every stride-th tap of the flipped filter. The remainders of both
 * axes are computed at once, as channels, and laid out as pixels afterwards (a sub-pixel convolution).
 */
function byRemainders(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  inputShape: Shape4D,
  { padInfo, ...shape }: Conv2DShape,
): Tensor4D {
  const rows = axis(shape.inHeight, shape.outHeight, shape.filterHeight, shape.strideHeight, padInfo.top);
  const columns = axis(shape.inWidth, shape.outWidth, shape.filterWidth, shape.strideWidth, padInfo.left);
  return tf.tidy(() => {
    const taps = tapsByRemainder(tf, filter, rows, columns);
    const [batch, , , outChannels] = dy.shape;
    const used = tf.slice(dy, [0, 0, 0, 0], [batch, rows.used, columns.used, outChannels]);
    const around = [[0, 0], rows.pad, columns.pad, [0, 0]] as [Pair, Pair, Pair, Pair];
    const remainders = tf.conv2d(tf.pad(used, around), taps, 1, 'valid');
    const pixels = remaindersAsPixels(tf, remainders, shape.inChannels, rows, columns);
    return tf.slice(pixels, [0, padInfo.top, padInfo.left, 0], inputShape);
  });
}

type Pair = [number, number];

interface Axis {
  readonly filter: number;
  readonly stride: number;
  /** Taps of each remainder, the filter being filled up with zeros to a multiple of the stride. */
  readonly taps: number;
  /** Quotients: the padded input has `stride` times as many places, or some less. */
  readonly quotients: number;
  /** Places of dy that reach the input: those beyond lie in the padding alone. */
  readonly used: number;
  readonly pad: Pair;
}

function axis(input: number, output: number, filter: number, stride: number, padBefore: number): Axis {
  const taps = Math.ceil(filter / stride);
  const quotients = Math.ceil((input + padBefore) / stride);
  const used = Math.min(output, quotients);
  return { filter, stride, taps, quotients, used, pad: [taps - 1, quotients - used] };
}

/** The filter as [tap, tap, out channel, (remainder, remainder, in channel)], taps from last to first. */
function tapsByRemainder(tf: TensorFlow, filter: Tensor4D, rows: Axis, columns: Axis): Tensor4D {
  const [, , inChannels, outChannels] = filter.shape;
  const fill = ({ taps, stride, filter: size }: Axis): Pair => [0, taps * stride - size];
  const full = tf.pad(filter, [fill(rows), fill(columns), [0, 0], [0, 0]]);
  // Rank 5 at most: the two channel axes go as one until the end.
  const channels = inChannels * outChannels;
  const split = tf.reshape(full, [rows.taps, rows.stride, columns.taps, columns.stride, channels]);
  const byTap = tf.reverse(tf.transpose(split, [0, 2, 1, 3, 4]), [0, 1]);
  const remainders = rows.stride * columns.stride * inChannels;
  const flat = tf.reshape<Rank.R4>(byTap, [rows.taps, columns.taps, remainders, outChannels]);
  return tf.transpose(flat, [0, 1, 3, 2]);
}

function remaindersAsPixels(
  tf: TensorFlow,
  remainders: Tensor4D,
  inChannels: number,
  rows: Axis,
  columns: Axis,
): Tensor4D {
  const [batch] = remainders.shape;
  const split = [batch * rows.quotients, columns.quotients, rows.stride, columns.stride * inChannels];
  const pixels = tf.transpose(tf.reshape(remainders, split), [0, 2, 1, 3]);
  return tf.reshape(pixels, [
    batch,
    rows.quotients * rows.stride,
    columns.quotients * columns.stride,
    inChannels,
  ]);
}
