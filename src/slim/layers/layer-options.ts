import type * as tf from '@tensorflow/tfjs';
import type { OptionNames } from '../scope/arg-scope.ts';
import type { Reuse } from '../scope/graph.ts';

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
