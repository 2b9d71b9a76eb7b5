import * as tf from '@tensorflow/tfjs';
import { isTraining as passIsTraining } from '../scope/running-pass.ts';
import { randomUniform } from '../random/stateless-random.ts';
import { variableScope } from '../scope/variable-scope.ts';
import { layer } from './layer.ts';
import { LAYER_OPTIONS, type LayerOptions } from './layer-options.ts';
import { collectOutputs } from './layer-outputs.ts';

export interface DropoutOptions extends LayerOptions {
  /** The chance of each element to be kept, above 0 and at most 1. Default 0.5. */
  readonly keepProb?: number;
  /** Shape of the draw, which broadcasts: 1 where elements are kept or dropped together. Default: that of the inputs. */
  readonly noiseShape?: readonly number[];
  /** Whether to drop at all. Default: true in a loss, false in metrics. */
  readonly isTraining?: boolean;
  /** An integer. Default: by the graph's seed and the layer's scope. */
  readonly seed?: number;
}

/**
 * Sets elements to 0 by chance and scales the others by `1 / keepProb`, so that the sum stays on average. The draw is a
 * function of the graph's seed, the scope and the global step: a repeated step drops the same elements.
 *
 * Source: `tf_slim.layers.dropout`. Default scope: `Dropout`.
 *
 * @param inputs float32, any shape.
 * @returns The shape of `inputs`.
 * @throws RangeError when `keepProb` is not within (0, 1].
 */
export const dropout = layer(
  'dropout',
  { ...LAYER_OPTIONS, keepProb: true, noiseShape: true, isTraining: true, seed: true },
  <T extends tf.Tensor>(inputs: T, options?: DropoutOptions): T => {
    const {
      keepProb = 0.5,
      noiseShape = inputs.shape,
      isTraining = passIsTraining(),
      seed,
      scope = null,
    } = options ?? {};
    if (!(keepProb > 0 && keepProb <= 1)) {
      throw new RangeError(`keepProb of dropout must be above 0 and at most 1, not ${keepProb}.`);
    }
    return variableScope(scope, 'Dropout', fullScope => {
      if (!isTraining || keepProb === 1) return collectOutputs(options ?? {}, fullScope, inputs);
      const draw = randomUniform(noiseShape, 0, 1, 'random_uniform', { seed });
      const kept = draw.greaterEqual(tf.scalar(1 - keepProb)).toFloat();
      return collectOutputs(options ?? {}, fullScope, inputs.mul(tf.scalar(1 / keepProb)).mul<T>(kept));
    });
  },
);
