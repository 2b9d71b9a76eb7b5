import type * as tf from '@tensorflow/tfjs';
import { addToCollection, getCollection, nameTensor, tensorName } from '../scope/collection-access.ts';
import { isTensor } from '../scope/tensor-kind.ts';
import type { LayerOptions } from './layer-options.ts';

/**
 * Adds a layer's output to the collections that its options name, under its scope.
 *
 * Source: `collect_named_outputs` of tf_slim/layers/utils.py.
 */
export function collectOutputs<T extends tf.Tensor>(options: LayerOptions, alias: string, outputs: T): T {
  const collections = options.outputsCollections ?? [];
  for (const collection of typeof collections === 'string' ? [collections] : collections) {
    addToCollection(collection, nameTensor(outputs, alias));
  }
  return outputs;
}

/**
 * The outputs that layers added to a collection in this pass, by the layers' scopes.
 *
 * Source: `convert_collection_to_dict` of tf_slim/layers/utils.py.
 */
export function convertCollectionToDict(collection: string): Record<string, tf.Tensor> {
  const outputs = getCollection(collection).filter(isTensor);
  return Object.fromEntries(outputs.map(output => [tensorName(output) ?? '', output]));
}
