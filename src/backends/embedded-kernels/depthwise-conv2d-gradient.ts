import type { TensorFlow } from '../tensorflow-js.ts';
import type { Shape4D } from './conv2d-shape.ts';

/** The attributes that both gradients of `DepthwiseConv2dNative` have. */
export interface DepthwiseGradientAttributes {
  readonly strides: number | [number, number];
  readonly dilations: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** What the two gradients of a depthwise convolution, which the wasm backend lacks, have in common. */
export interface DepthwiseConvolution {
  readonly inChannels: number;
  /** Out channels of each in channel. */
  readonly multiplier: number;
  /**
   * Calls `visit` with the offset of the first channel in the input, in the filter and in the output, for each pair of an
   * input pixel and a filter tap that make an output pixel.
   */
  forEachTap(visit: (input: number, filter: number, output: number) => void): void;
}

export function depthwiseConvolution(
  tf: TensorFlow,
  input: Shape4D,
  filter: Shape4D,
  { strides, dilations, pad, dimRoundingMode }: DepthwiseGradientAttributes,
): DepthwiseConvolution {
  const shape = tf.backend_util.computeConv2DInfo(
    input,
    filter,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const { inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = shape;
  const multiplier = shape.outChannels / inChannels;
  return {
    inChannels,
    multiplier,
    forEachTap(visit) {
      for (let n = 0; n < shape.batchSize; n++) {
        for (let y = 0; y < outHeight; y++) {
          for (let i = 0; i < filterHeight; i++) {
            const row = y * shape.strideHeight + i * shape.dilationHeight - padInfo.top;
            if (row < 0 || row >= inHeight) continue;
            for (let x = 0; x < outWidth; x++) {
              for (let j = 0; j < filterWidth; j++) {
                const column = x * shape.strideWidth + j * shape.dilationWidth - padInfo.left;
                if (column < 0 || column >= inWidth) continue;
                visit(
                  ((n * inHeight + row) * inWidth + column) * inChannels,
                  (i * filterWidth + j) * inChannels * multiplier,
                  ((n * outHeight + y) * outWidth + x) * inChannels * multiplier,
                );
              }
            }
          }
        }
      }
    },
  };
}
