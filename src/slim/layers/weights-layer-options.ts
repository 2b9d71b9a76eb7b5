import type { OptionNames } from '../scope/arg-scope.ts';
import type { Initializer, Regularizer } from '../scope/slim-variable.ts';
import { VARIABLE_LAYER_OPTIONS, type ActivationFn, type VariableLayerOptions } from './layer-options.ts';
import type { NormalizerFn, NormalizerParams } from './normalizer.ts';

/** Options of a layer with weights: output = activation(normalizer(inputs * weights)), or with biases in its place. */
export interface WeightsLayerOptions extends VariableLayerOptions {
  /** Default `tf.relu`; null for none. */
  readonly activationFn?: ActivationFn | null;
  /** In place of biases: `slim.batchNorm`. Default: none. */
  readonly normalizerFn?: NormalizerFn | null;
  /** Options for `normalizerFn`. */
  readonly normalizerParams?: NormalizerParams;
  /** Default {@link xavierInitializer}. */
  readonly weightsInitializer?: Initializer;
  /** Its penalty is added to the regularization losses of the pass. Default: none. */
  readonly weightsRegularizer?: Regularizer | null;
  /** Default zeros; null for no biases. */
  readonly biasesInitializer?: Initializer | null;
  /** Default: none. */
  readonly biasesRegularizer?: Regularizer | null;
}

/** The names of {@link WeightsLayerOptions}. */
export const WEIGHTS_LAYER_OPTIONS = {
  ...VARIABLE_LAYER_OPTIONS,
  activationFn: true,
  normalizerFn: true,
  normalizerParams: true,
  weightsInitializer: true,
  weightsRegularizer: true,
  biasesInitializer: true,
  biasesRegularizer: true,
} satisfies OptionNames<WeightsLayerOptions>;
