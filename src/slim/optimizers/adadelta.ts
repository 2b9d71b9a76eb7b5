import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { SlotOptimizer, oneMinus, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both averages. Default 0.95. */
  readonly rho?: number;
  /** Keeps the roots away from 0. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adadelta (Zeiler, 2012).
 *
 * Slots: `<variable>/Adadelta` (average of squared gradients) and `<variable>/Adadelta_1` (of squared updates), zeros.
 * Source: `tf.compat.v1.train.AdadeltaOptimizer`.
 */
export class AdadeltaOptimizer extends SlotOptimizer {
  readonly #rho: number;
  readonly #epsilon: number;

  /** @param learningRate Default 0.001; 1 is the paper's. */
  constructor(learningRate: HyperParameter = 0.001, options: AdadeltaOptions = {}) {
    super(options.name ?? 'Adadelta', learningRate, [0, 0]);
    this.#rho = options.rho ?? 0.95;
    this.#epsilon = options.epsilon ?? 1e-8;
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor, tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate } = inputs;
    const epsilon = tf.scalar(this.#epsilon);
    const squares = this.#average(slots[0], gradient.square());
    const step = slots[1].add(epsilon).sqrt().mul(squares.add(epsilon).rsqrt()).mul(gradient);
    return [variable.sub(step.mul(learningRate)), squares, this.#average(slots[1], step.square())];
  }

  #average(old: tf.Tensor, now: tf.Tensor): tf.Tensor {
    return old.mul(tf.scalar(this.#rho)).add(now.mul(oneMinus(this.#rho)));
  }
}
