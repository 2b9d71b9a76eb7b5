import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { checkStrengths, type ProximalOptions } from './proximal-gradient-descent.ts';
import { shrink } from './shrink.ts';
import { SlotOptimizer, type UpdateInputs } from './slot-optimizer.ts';

export interface AdagradDAOptions extends ProximalOptions {
  /** Above 0. Default 0.1. */
  readonly initialGradientSquaredAccumulatorValue?: number;
}

/**
 * Adagrad by dual averaging (Duchi et al., 2011), for sparse linear models: a variable is a function of its slots and of
 * the step, whatever it was at first.
 *
 * Slots: `<variable>/AdagradDA` (sum of gradients, zeros) and `<variable>/AdagradDA_1` (of their squares, 0.1 at first).
 * Source: `tf.compat.v1.train.AdagradDAOptimizer`, which takes the global step that ours is given by the train op.
 */
export class AdagradDAOptimizer extends SlotOptimizer {
  readonly #options: AdagradDAOptions;

  constructor(learningRate: HyperParameter, options: AdagradDAOptions = {}) {
    const { initialGradientSquaredAccumulatorValue: initial = 0.1 } = options;
    super(options.name ?? 'AdagradDA', learningRate, [0, initial]);
    if (!(initial > 0)) {
      throw new RangeError(`initialGradientSquaredAccumulatorValue must be positive, not ${initial}.`);
    }
    checkStrengths(options);
    this.#options = options;
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor, tf.Tensor]): tf.Tensor[] {
    const { gradient, learningRate, globalStep } = inputs;
    const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = this.#options;
    const step = globalStep.toFloat().add(tf.scalar(1));
    const sum = slots[0].add(gradient);
    const squares = slots[1].add(gradient.square());
    const pull = l1 > 0 ? shrink(sum, step.mul(tf.scalar(l1))) : sum;
    const damping = squares.sqrt().add(step.mul(learningRate).mul(tf.scalar(l2)));
    return [pull.mul(learningRate).neg().div(damping), sum, squares];
  }
}
