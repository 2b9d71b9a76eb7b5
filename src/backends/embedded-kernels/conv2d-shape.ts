import type { ColumnFactor, RowFactor } from '../embedded-threads/products.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import type { View } from './padded-image.ts';

export type Shape4D = [number, number, number, number];

export type Conv2DShape = ReturnType<TensorFlow['backend_util']['computeConv2DInfo']>;

/** The attributes that `Conv2D` and both of its gradients have. */
export interface Conv2DAttributes {
  readonly strides: number | [number, number];
  readonly pad:
    'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  /** Gradients have none: they are 1. */
  readonly dilations?: number | [number, number];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes of the convolution of an input by a filter, both NHWC: the wasm backend convolves no other data format. */
export function conv2DShape(
  tf: TensorFlow,
  input: Shape4D,
  filter: Shape4D,
  { strides, pad, dilations = 1, dimRoundingMode }: Conv2DAttributes,
): Conv2DShape {
  return tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode);
}

/** What the filter of a convolution sees of its input at an address. */
export function viewOf(shape: Conv2DShape, address: number): View {
  return {
    ...shape,
    address,
    batch: shape.batchSize,
    height: shape.inHeight,
    width: shape.inWidth,
    channels: shape.inChannels,
    top: shape.padInfo.top,
    left: shape.padInfo.left,
  };
}

/** A filter at an address as a matrix: a row for each channel of each tap, a column for each channel that comes out. */
export function filterRows(
  { segmentOffsets, segment }: RowFactor,
  address: number,
  outChannels: number,
): ColumnFactor {
  const row = outChannels * 4;
  return {
    address,
    segmentOffsets: segmentOffsets.map((_, index) => index * segment * row),
    row,
    column: 4,
    columns: outChannels,
  };
}
