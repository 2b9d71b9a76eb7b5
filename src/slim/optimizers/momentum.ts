import type * as tf from '@tensorflow/tfjs';
import { hyperParameter } from './hyper-parameter.ts';
import type { HyperParameter } from './optimizer.ts';
import { SlotOptimizer, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface MomentumOptions extends OptimizerOptions {
  /** Looks one step ahead along the accumulated gradient. Default false. */
  readonly useNesterov?: boolean;
}

/**
 * `accumulator = momentum * accumulator + gradient; variable -= learningRate * accumulator`.
 *
 * Slot: `<variable>/Momentum`, zeros. Source: `tf.compat.v1.train.MomentumOptimizer`.
 */
export class MomentumOptimizer extends SlotOptimizer {
  readonly #momentum: HyperParameter;
  readonly #useNesterov: boolean;

  constructor(learningRate: HyperParameter, momentum: HyperParameter, options: MomentumOptions = {}) {
    super(options.name ?? 'Momentum', learningRate, [0]);
    this.#momentum = momentum;
    this.#useNesterov = options.useNesterov ?? false;
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate, globalStep } = inputs;
    const momentum = hyperParameter(this.#momentum, globalStep);
    const accumulator = slots[0].mul(momentum).add(gradient);
    const step = this.#useNesterov
      ? gradient.mul(learningRate).add(accumulator.mul(momentum).mul(learningRate))
      : accumulator.mul(learningRate);
    return [variable.sub(step), accumulator];
  }
}
