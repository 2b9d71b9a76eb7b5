import * as tf from '@tensorflow/tfjs';
import type { SlimVariable } from '../scope/slim-variable.ts';
import type { GradientAndVariable, HyperParameter, VariableUpdate } from './optimizer.ts';
import { SlotOptimizer, oneMinus, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root ("epsilon hat" of the paper). Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba, 2014).
 *
 * Slots: `<variable>/Adam` and `<variable>/Adam_1` (first and second moment), zeros; `beta1_power` and `beta2_power`, one
 * for all variables, beta1 and beta2 at first. A sparse gradient moves all rows along their moments, as TensorFlow's
 * does. Source: `tf.compat.v1.train.AdamOptimizer`.
 */
export class AdamOptimizer extends SlotOptimizer {
  protected override readonly updatesAllRows = true;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;

  /** @param learningRate Default 0.001. */
  constructor(learningRate: HyperParameter = 0.001, options: AdamOptions = {}) {
    super(options.name ?? 'Adam', learningRate, [0, 0]);
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#epsilon = options.epsilon ?? 1e-8;
  }

  override createSlots(variables: readonly SlimVariable[]): void {
    this.#powers();
    super.createSlots(variables);
  }

  override applyGradients(
    gradientsAndVariables: readonly GradientAndVariable[],
    globalStep: tf.Scalar,
  ): readonly VariableUpdate[] {
    const [power1, power2] = this.#powers();
    return [
      ...super.applyGradients(gradientsAndVariables, globalStep),
      { variable: power1, value: power1.value.mul(tf.scalar(this.#beta1)) },
      { variable: power2, value: power2.value.mul(tf.scalar(this.#beta2)) },
    ];
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor, tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate } = inputs;
    const [power1, power2] = this.#powers();
    const one = tf.scalar(1);
    const rate = learningRate.mul(one.sub(power2.value).sqrt()).div(one.sub(power1.value));
    const first = slots[0].add(gradient.sub(slots[0]).mul(oneMinus(this.#beta1)));
    const second = slots[1].add(gradient.square().sub(slots[1]).mul(oneMinus(this.#beta2)));
    const step = first.mul(rate).div(second.sqrt().add(tf.scalar(this.#epsilon)));
    return [variable.sub(step), first, second];
  }

  /** beta1 and beta2 to the power of the steps taken, this one included. */
  #powers(): [SlimVariable, SlimVariable] {
    return [this.scalarOf('beta1_power', this.#beta1), this.scalarOf('beta2_power', this.#beta2)];
  }
}
