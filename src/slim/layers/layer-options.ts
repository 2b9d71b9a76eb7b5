import type * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../arg-scope.ts';
import type { Reuse } from '../graph.ts';
import type { Initializer, Regularizer } from '../variables/slim-variable.ts';
import type { NormalizerFn, NormalizerParams } from './normalizer.ts';

/** Options of every layer. */
export interface LayerOptions {
  /** Collections that the output is added to, under the layer's scope: see `convertCollectionToDict`. Default: none. */
  readonly outputsCollections?: string | readonly string[] | null;
  /** Name of the layer. Default: the function's own, numbered in each pass: `Conv`, `Conv_1`. */
  readonly scope?: string | null;
}

/** The names of {@link LayerOptions}. */
export const LAYER_OPTIONS = { outputsCollections: true, scope: true } satisfies OptionNames<LayerOptions>;

/** Collections for a layer's variables: for all of them, or by their names (`weights`, `biases`, `beta`). */
export type VariablesCollections = readonly string[] | Readonly<Record<string, readonly string[]>>;

/** Options of a layer that has variables. */
export interface VariableLayerOptions extends LayerOptions {
  /** true: finds the variables of the scope instead of making them, 'auto': makes those that are not there. */
  readonly reuse?: Reuse;
  /** Default: none but the usual ones. */
  readonly variablesCollections?: VariablesCollections | null;
  /** Whether the variables are trained. Default true. */
  readonly trainable?: boolean;
}

/** The names of {@link VariableLayerOptions}. */
export const VARIABLE_LAYER_OPTIONS = {
  ...LAYER_OPTIONS,
  reuse: true,
  variablesCollections: true,
  trainable: true,
} satisfies OptionNames<VariableLayerOptions>;

/** Applied to a layer's output, element by element or by rows: `tf.relu`. It keeps the shape. */
export type ActivationFn = (inputs: tf.Tensor) => tf.Tensor;

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
