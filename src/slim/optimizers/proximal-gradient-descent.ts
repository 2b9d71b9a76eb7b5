import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { checkStrength, shrink } from './shrink.ts';
import { SlotOptimizer, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface ProximalOptions extends OptimizerOptions {
  /** At least 0. Default 0. */
  readonly l1RegularizationStrength?: number;
  /** At least 0. Default 0. */
  readonly l2RegularizationStrength?: number;
}

/** A step to `target` at a rate, under L1 and L2 penalties: `FobosElasticNet` of TensorFlow's training kernels. */
export function proximalStep(target: tf.Tensor, rate: tf.Tensor, options: ProximalOptions): tf.Tensor {
  const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = options;
  const moved = l1 > 0 ? shrink(target, rate.mul(tf.scalar(l1))) : target;
  return moved.div(rate.mul(tf.scalar(l2)).add(tf.scalar(1)));
}

/** Throws a RangeError when a strength is negative. */
export function checkStrengths(options: ProximalOptions): void {
  checkStrength('l1RegularizationStrength', options.l1RegularizationStrength ?? 0);
  checkStrength('l2RegularizationStrength', options.l2RegularizationStrength ?? 0);
}

/**
 * Gradient descent with L1 and L2 penalties taken exactly (Duchi and Singer, FOBOS, 2009).
 *
 * Source: `tf.compat.v1.train.ProximalGradientDescentOptimizer`.
 */
export class ProximalGradientDescentOptimizer extends SlotOptimizer {
  readonly #options: ProximalOptions;

  constructor(learningRate: HyperParameter, options: ProximalOptions = {}) {
    super(options.name ?? 'ProximalGradientDescent', learningRate);
    checkStrengths(options);
    this.#options = options;
  }

  protected override update({ variable, gradient, learningRate }: UpdateInputs): tf.Tensor[] {
    return [proximalStep(variable.sub(gradient.mul(learningRate)), learningRate, this.#options)];
  }
}
