import type { OptionNames } from '../scope/arg-scope.ts';
import { WEIGHTS_LAYER_OPTIONS, type WeightsLayerOptions } from './weights-layer-options.ts';
import type { Padding, SpatialSize } from './spatial-sizes.ts';

/** Options of `conv2dTranspose` and `conv3dTranspose`. */
export interface ConvTransposeOptions extends WeightsLayerOptions {
  /** How many times larger the output is. Default 1. */
  readonly stride?: SpatialSize;
  /** Default 'SAME'. */
  readonly padding?: Padding;
}

/** The names of {@link ConvTransposeOptions}. */
export const CONV_TRANSPOSE_OPTIONS = {
  ...WEIGHTS_LAYER_OPTIONS,
  stride: true,
  padding: true,
} satisfies OptionNames<ConvTransposeOptions>;
