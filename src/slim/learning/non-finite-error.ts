import * as tf from '@tensorflow/tfjs';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';

/** A loss or gradient became NaN or infinite. No variable was changed by that step. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  /** Global step before the step that failed. */
  readonly step: number;
  /** `LossTensor`, or the variable whose gradient was the first to be bad. */
  readonly source: string;

  constructor(step: number, source: string, message: string) {
    super(message);
    this.step = step;
    this.source = source;
  }
}

/**
 * What tells whether the loss and all gradients are finite, float32 scalars. Sums carry NaN and infinities on, at the cost of
 * reading each gradient once; as finite values may also add up to infinity, a bad answer has to be looked into.
 */
export function finiteProbes(
  loss: tf.Scalar,
  gradients: readonly GradientAndVariable[],
): [tf.Scalar, ...tf.Scalar[]] {
  return [
    loss,
    ...gradients.flatMap(({ gradient }) => (gradient === null ? [] : [gradient.sum<tf.Scalar>()])),
  ];
}

/** What exactly is not finite: an error to throw, or null when all values are finite after all. */
export function findNonFinite(
  step: number,
  loss: number,
  gradients: readonly GradientAndVariable[],
): NonFiniteError | null {
  const bad = gradients.find(({ gradient }) => gradient !== null && !isAllFinite(gradient));
  const gradientText =
    bad === undefined
      ? 'All gradients are finite'
      : `The first bad gradient is that of ${bad.variable.name}: ${countBad(bad.gradient)}`;
  const end = `at global step ${step}. ${gradientText}. No weight was changed by this step.`;
  if (!Number.isFinite(loss)) {
    const kind = Number.isNaN(loss) ? 'NaN' : 'Inf';
    return new NonFiniteError(
      step,
      'LossTensor',
      `LossTensor is inf or nan : Tensor had ${kind} values, ${end}`,
    );
  }
  if (bad === undefined) return null;
  return new NonFiniteError(step, bad.variable.name, `A gradient is inf or nan ${end}`);
}

function isAllFinite(gradient: tf.Tensor): boolean {
  return tf.tidy(() => gradient.isFinite().all().dataSync()[0] === 1);
}

function countBad(gradient: tf.Tensor | null): string {
  const values = gradient?.dataSync() ?? [];
  let nans = 0;
  let infinities = 0;
  for (const value of values) {
    if (Number.isNaN(value)) nans++;
    else if (!Number.isFinite(value)) infinities++;
  }
  const counts = [nans > 0 ? `${nans} NaN` : '', infinities > 0 ? `${infinities} infinite` : ''];
  return `${counts.filter(count => count !== '').join(' and ')} of ${values.length} values`;
}
