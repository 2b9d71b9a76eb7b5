import * as tf from '@tensorflow/tfjs';
import type { GradientSlices } from '../gradient-slices.ts';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';

/** The loss of a batch and its gradients. */
export interface LossAndGradients {
  readonly value: tf.Scalar;
  readonly gradients: readonly GradientAndVariable[];
}

/** What one batch as large as all of them together would give, where the loss is a mean over its examples. */
export function meanGradients(parts: readonly LossAndGradients[]): LossAndGradients {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('There are no gradients to take the mean of.');
  if (others.length === 0) return first;
  const gradients = first.gradients.map(({ variable }, index) => {
    const all = parts.flatMap(part => part.gradients[index] ?? []);
    const present = all.flatMap(({ gradient }) => gradient ?? []);
    return {
      variable,
      gradient: present.length === 0 ? null : tf.addN(present).div(parts.length),
      slices: joinSlices(all, parts.length),
    };
  });
  const value = tf.addN(parts.map(part => part.value)).div<tf.Scalar>(parts.length);
  return { value, gradients };
}

/** Dense when one of them is. */
function joinSlices(entries: readonly GradientAndVariable[], count: number): GradientSlices | undefined {
  const slices = entries.flatMap(entry => entry.slices ?? []);
  if (slices.length === 0 || slices.length < entries.length) return undefined;
  return {
    rows: tf.concat(slices.map(({ rows }) => rows)),
    values: tf.concat(slices.map(({ values }) => values)).div(count),
  };
}
