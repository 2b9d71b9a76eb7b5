import type * as tf from '@tensorflow/tfjs';
import { initialAccumulator, type AdagradOptions } from './adagrad.ts';
import type { HyperParameter } from './optimizer.ts';
import { checkStrengths, proximalStep, type ProximalOptions } from './proximal-gradient-descent.ts';
import { SlotOptimizer, type UpdateInputs } from './slot-optimizer.ts';

export interface ProximalAdagradOptions extends AdagradOptions, ProximalOptions {}

/**
 * Adagrad with L1 and L2 penalties taken exactly.
 *
 * Slot: `<variable>/ProximalAdagrad`, 0.1 at first. Source: `tf.compat.v1.train.ProximalAdagradOptimizer`.
 */
export class ProximalAdagradOptimizer extends SlotOptimizer {
  readonly #options: ProximalAdagradOptions;

  constructor(learningRate: HyperParameter, options: ProximalAdagradOptions = {}) {
    super(options.name ?? 'ProximalAdagrad', learningRate, [initialAccumulator(options)]);
    checkStrengths(options);
    this.#options = options;
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate } = inputs;
    const accumulator = slots[0].add(gradient.square());
    const rate = accumulator.rsqrt().mul(learningRate);
    return [proximalStep(variable.sub(gradient.mul(rate)), rate, this.#options), accumulator];
  }
}
