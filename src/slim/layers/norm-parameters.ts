import type * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../scope/arg-scope.ts';
import { onesInitializer } from '../initializers/ones.ts';
import { zerosInitializer } from '../initializers/zeros.ts';
import type { Initializer, Regularizer } from '../scope/slim-variable.ts';
import { VARIABLE_LAYER_OPTIONS, type ActivationFn, type VariableLayerOptions } from './layer-options.ts';
import { layerVariable } from './layer-variable.ts';

/** Options of every normalization layer. */
export interface NormOptions extends VariableLayerOptions {
  /** Whether to add `beta`, zeros at first. Default true. */
  readonly center?: boolean;
  /** Whether to multiply by `gamma`, ones at first. */
  readonly scale?: boolean;
  /** Default: none. */
  readonly activationFn?: ActivationFn | null;
}

/** The names of {@link NormOptions}. */
export const NORM_OPTIONS = {
  ...VARIABLE_LAYER_OPTIONS,
  center: true,
  scale: true,
  activationFn: true,
} satisfies OptionNames<NormOptions>;

export interface NormInitializers {
  readonly beta?: Initializer;
  readonly gamma?: Initializer;
}

export interface NormParameters {
  readonly gamma: tf.Tensor | null;
  readonly beta: tf.Tensor | null;
}

/** The trained variables of a normalization layer, in the order in which TensorFlow's layer makes them. */
export function normParameters(
  shape: readonly number[],
  options: NormOptions & { readonly scale: boolean },
  initializers: NormInitializers = {},
  regularizers: Readonly<Record<string, Regularizer>> = {},
): NormParameters {
  const make = (name: string, initializer: Initializer): tf.Tensor =>
    layerVariable(name, shape, initializer, options, { regularizer: regularizers[name] });
  const gamma = options.scale ? make('gamma', initializers.gamma ?? onesInitializer()) : null;
  const beta = options.center === false ? null : make('beta', initializers.beta ?? zerosInitializer());
  return { gamma, beta };
}
