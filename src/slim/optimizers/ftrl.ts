import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { checkStrength, shrink } from './shrink.ts';
import { SlotOptimizer, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface FtrlOptions extends OptimizerOptions {
  /** How fast the rate falls: at most 0. Default -0.5, the square root. */
  readonly learningRatePower?: number;
  /** At least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** At least 0. Default 0. */
  readonly l1RegularizationStrength?: number;
  /** A penalty that steadies. At least 0. Default 0. */
  readonly l2RegularizationStrength?: number;
  /** A penalty on the size of the weights. At least 0. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
}

/**
 * FTRL-Proximal (McMahan et al., Ad Click Prediction, 2013). A variable is a function of its slots from the first step on.
 *
 * Slots: `<variable>/Ftrl` (accumulated squares, 0.1 at first) and `<variable>/Ftrl_1` (linear term, zeros).
 * Source: `tf.compat.v1.train.FtrlOptimizer`.
 */
export class FtrlOptimizer extends SlotOptimizer {
  readonly #power: number;
  readonly #l1: number;
  readonly #l2: number;
  readonly #shrinkage: number;

  constructor(learningRate: HyperParameter, options: FtrlOptions = {}) {
    const { initialAccumulatorValue = 0.1, learningRatePower = -0.5 } = options;
    super(options.name ?? 'Ftrl', learningRate, [initialAccumulatorValue, 0]);
    checkStrength('initialAccumulatorValue', initialAccumulatorValue);
    if (!(learningRatePower <= 0))
      throw new RangeError(`learningRatePower must be at most 0, not ${learningRatePower}.`);
    this.#power = learningRatePower;
    this.#l1 = options.l1RegularizationStrength ?? 0;
    this.#l2 = options.l2RegularizationStrength ?? 0;
    this.#shrinkage = options.l2ShrinkageRegularizationStrength ?? 0;
    checkStrength('l1RegularizationStrength', this.#l1);
    checkStrength('l2RegularizationStrength', this.#l2);
    checkStrength('l2ShrinkageRegularizationStrength', this.#shrinkage);
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor, tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate } = inputs;
    const squares = slots[0].add(gradient.square());
    const root = this.#rateDivisor(squares);
    const sigma = root.sub(this.#rateDivisor(slots[0])).div(learningRate);
    const linear = slots[1].add(this.#shrunk(gradient, variable)).sub(sigma.mul(variable));
    const quadratic = root.div(learningRate).add(tf.scalar(2 * this.#l2));
    return [shrink(linear, tf.scalar(this.#l1)).neg().div(quadratic), squares, linear];
  }

  #rateDivisor(squares: tf.Tensor): tf.Tensor {
    return this.#power === -0.5 ? squares.sqrt() : squares.pow(tf.scalar(-this.#power));
  }

  #shrunk(gradient: tf.Tensor, variable: tf.Tensor): tf.Tensor {
    return this.#shrinkage === 0 ? gradient : gradient.add(variable.mul(tf.scalar(2 * this.#shrinkage)));
  }
}
