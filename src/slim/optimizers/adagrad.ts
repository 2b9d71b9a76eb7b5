import type * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { SlotOptimizer, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface AdagradOptions extends OptimizerOptions {
  /** Where the accumulator starts: above 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
}

/** The accumulator's start value, checked: the root of 0 would be divided by. */
export function initialAccumulator(options: AdagradOptions): number {
  const { initialAccumulatorValue = 0.1 } = options;
  if (!(initialAccumulatorValue > 0)) {
    throw new RangeError(`initialAccumulatorValue must be positive, not ${initialAccumulatorValue}.`);
  }
  return initialAccumulatorValue;
}

/**
 * `accumulator += gradient^2; variable -= learningRate * gradient / sqrt(accumulator)`.
 *
 * Slot: `<variable>/Adagrad`, 0.1 at first. Source: `tf.compat.v1.train.AdagradOptimizer` (no epsilon, unlike TF.js's).
 */
export class AdagradOptimizer extends SlotOptimizer {
  protected override readonly updatesAllRows = true;

  constructor(learningRate: HyperParameter, options: AdagradOptions = {}) {
    super(options.name ?? 'Adagrad', learningRate, [initialAccumulator(options)]);
  }

  protected override update(inputs: UpdateInputs, slots: readonly [tf.Tensor]): tf.Tensor[] {
    const { variable, gradient, learningRate } = inputs;
    const accumulator = slots[0].add(gradient.square());
    return [variable.sub(gradient.mul(learningRate).mul(accumulator.rsqrt())), accumulator];
  }
}
