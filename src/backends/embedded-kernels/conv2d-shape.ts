import type { TensorFlow } from '../tensorflow-js.ts';

export type Shape4D = [number, number, number, number];

/** The attributes that both gradients of `Conv2D` have. */
export interface Conv2DGradientAttributes {
  readonly strides: number | [number, number];
  readonly pad:
    'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes of the convolution of an input by a filter, both NHWC: the wasm backend convolves no other data format. */
export function conv2DShape(
  tf: TensorFlow,
  input: Shape4D,
  filter: Shape4D,
  { strides, pad, dimRoundingMode }: Conv2DGradientAttributes,
): ReturnType<TensorFlow['backend_util']['computeConv2DInfo']> {
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode);
}
