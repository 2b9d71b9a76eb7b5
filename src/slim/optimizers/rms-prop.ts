import * as tf from '@tensorflow/tfjs';
import type { HyperParameter } from './optimizer.ts';
import { SlotOptimizer, oneMinus, type OptimizerOptions, type UpdateInputs } from './slot-optimizer.ts';

export interface RMSPropOptions extends OptimizerOptions {
  /** Decay of the averages. Default 0.9. */
  readonly decay?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Added to the mean square, within the root. Default 1e-10. */
  readonly epsilon?: number;
  /** Divides by the estimated variance instead of the uncentered second moment. Default false. */
  readonly centered?: boolean;
}

/**
 * RMSProp (Tieleman and Hinton, 2012) with momentum, and Graves's centered form.
 *
 * Slots: `<variable>/RMSProp` (mean square, ones at first), then, if centered, the mean gradient (zeros), and the
 * momentum (zeros): `RMSProp_1`, or `RMSProp_1` and `RMSProp_2`. Source: `tf.compat.v1.train.RMSPropOptimizer`.
 */
export class RMSPropOptimizer extends SlotOptimizer {
  readonly #decay: number;
  readonly #momentum: number;
  readonly #epsilon: number;

  constructor(learningRate: HyperParameter, options: RMSPropOptions = {}) {
    super(options.name ?? 'RMSProp', learningRate, options.centered === true ? [1, 0, 0] : [1, 0]);
    this.#decay = options.decay ?? 0.9;
    this.#momentum = options.momentum ?? 0;
    this.#epsilon = options.epsilon ?? 1e-10;
  }

  protected override update(inputs: UpdateInputs, slots: readonly tf.Tensor[]): tf.Tensor[] {
    const { gradient } = inputs;
    const [oldSquare, second, third] = slots;
    if (oldSquare === undefined || second === undefined) throw new Error('RMSProp has two slots at least.');
    const meanSquare = this.#average(oldSquare, gradient.square());
    if (third === undefined) {
      const [variable, velocity] = this.#move(inputs, second, meanSquare);
      return [variable, meanSquare, velocity];
    }
    const mean = this.#average(second, gradient);
    const [variable, velocity] = this.#move(inputs, third, meanSquare.sub(mean.square()));
    return [variable, meanSquare, mean, velocity];
  }

  #average(old: tf.Tensor, now: tf.Tensor): tf.Tensor {
    return old.add(now.sub(old).mul(oneMinus(this.#decay)));
  }

  #move(inputs: UpdateInputs, oldVelocity: tf.Tensor, moment: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const { variable, gradient, learningRate } = inputs;
    const root = moment.add(tf.scalar(this.#epsilon)).sqrt();
    const velocity = oldVelocity.mul(tf.scalar(this.#momentum)).add(gradient.mul(learningRate).div(root));
    return [variable.sub(velocity), velocity];
  }
}
