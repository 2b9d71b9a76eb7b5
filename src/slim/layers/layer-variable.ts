import type * as tf from '@tensorflow/tfjs';
import { modelVariable } from '../variables/make-variable.ts';
import type { Initializer, Regularizer, SlimVariable } from '../scope/slim-variable.ts';
import type { VariableLayerOptions, VariablesCollections } from './layer-options.ts';

export interface LayerVariableOptions {
  readonly regularizer?: Regularizer | null | undefined;
  /** Default: the layer's option. */
  readonly trainable?: boolean;
  /** Its key in the layer's `variablesCollections`. Default: its name. */
  readonly collectionsKey?: string;
}

/** A layer's variable, made or found in the running variable scope. */
export function modelVariableOfLayer(
  name: string,
  shape: readonly number[],
  initializer: Initializer,
  options: VariableLayerOptions,
  { regularizer, trainable, collectionsKey = name }: LayerVariableOptions = {},
): SlimVariable {
  return modelVariable(name, {
    shape,
    initializer,
    regularizer,
    trainable: trainable ?? options.trainable ?? true,
    collections: collectionsOf(collectionsKey, options.variablesCollections ?? []),
  });
}

/** Its value. */
export function layerVariable(...args: Parameters<typeof modelVariableOfLayer>): tf.Variable {
  return modelVariableOfLayer(...args).value;
}

function collectionsOf(name: string, collections: VariablesCollections): readonly string[] {
  return isList(collections) ? collections : (collections[name] ?? []);
}

function isList(collections: VariablesCollections): collections is readonly string[] {
  return Array.isArray(collections);
}
