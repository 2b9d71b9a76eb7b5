import type * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { SlotOptimizer, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

/** `variable -= learningRate * gradient`. Source: `tf.compat.v1.train.GradientDescentOptimizer`. */
export class GradientDescentOptimizer extends SlotOptimizer {
  protected override readonly updatesAllRows = true;

  constructor(learningRate: HyperParameter, options: OptimizerOptions = {}) {
    super(options.name ?? 'GradientDescent', learningRate);
  }

  protected override update({ variable, gradient, learningRate }: UpdateInputs): tf.Tensor[] {
    return [variable.sub(gradient.mul(learningRate))];
  }
}
