import type * as tf from '@tensorflow/tfjs';
import { currentPass } from '../scope/running-pass.ts';
import type { ActivationFn } from './layer-options.ts';

/** A layer's outputs, of which the pass remembers for their summary what they are made of. */
export function activate(inputs: tf.Tensor, activationFn: ActivationFn | null | undefined): tf.Tensor {
  if (!activationFn) return inputs;
  const outputs = activationFn(inputs);
  currentPass()?.activations.set(outputs, { activationFn, inputs });
  return outputs;
}
