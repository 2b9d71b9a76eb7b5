import * as tf from '@tensorflow/tfjs';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';
import { SlimVariable } from '../scope/slim-variable.ts';

/** Factors by variable or by its name. Numbers, or float32 scalars. */
export type GradientMultipliers =
  Readonly<Record<string, number | tf.Scalar>> | ReadonlyMap<string | SlimVariable, number | tf.Scalar>;

/**
 * Multiplies gradients by the factors given for their variables.
 *
 * Source: `multiply_gradients` of tf_slim/learning.py; unlike there, a key that names no variable is an error.
 */
export function multiplyGradients(
  gradientsAndVariables: readonly GradientAndVariable[],
  multipliers: GradientMultipliers,
): GradientAndVariable[] {
  const isList: boolean = Array.isArray(gradientsAndVariables);
  if (!isList) throw new TypeError('`gradsAndVars` must be a list.');
  const factors = factorsByName(multipliers);
  if (factors.size === 0) throw new RangeError('`gradientMultipliers` is empty.');
  const names = new Set(gradientsAndVariables.map(({ variable }) => variable.name));
  const unknown = [...factors.keys()].filter(name => !names.has(name));
  if (unknown.length > 0) {
    throw new RangeError(
      `No variable to multiply the gradient of: ${unknown.join(', ')}. Trained are: ${[...names].join(', ')}.`,
    );
  }
  return gradientsAndVariables.map(entry => {
    const factor = factors.get(entry.variable.name);
    if (factor === undefined) return entry;
    if (entry.gradient === null) {
      throw new Error(
        `Requested multiple of \`None\` gradient: the loss does not depend on ${entry.variable.name}.`,
      );
    }
    return scaled(entry, factor);
  });
}

/** The gradient times a factor, the slices of a sparse one too. */
export function scaled(entry: GradientAndVariable, factor: number | tf.Scalar): GradientAndVariable {
  const { gradient, slices } = entry;
  return {
    ...entry,
    gradient: gradient === null ? null : tf.mul(gradient, factor),
    slices: slices === undefined ? undefined : { ...slices, values: tf.mul(slices.values, factor) },
  };
}

function factorsByName(multipliers: GradientMultipliers): Map<string, number | tf.Scalar> {
  if (Object(multipliers) !== multipliers) {
    throw new TypeError('`gradientMultipliers` must be a record or a Map.');
  }
  const entries: Iterable<readonly [string | SlimVariable, number | tf.Scalar]> =
    multipliers instanceof Map ? multipliers.entries() : Object.entries(multipliers);
  return new Map(
    [...entries].map(([key, factor]) => [key instanceof SlimVariable ? key.name : key, factor] as const),
  );
}

/**
 * Clips each gradient by itself to an L2 norm of at most `maxNorm`: `tf.clip_by_norm`. Gradients that are null stay so.
 *
 * Source: `clip_gradient_norms` of tf_slim/learning.py.
 */
export function clipGradientNorms(
  gradientsAndVariables: readonly GradientAndVariable[],
  maxNorm: number,
): GradientAndVariable[] {
  return gradientsAndVariables.map(entry =>
    entry.gradient === null ? entry : clipByNorm(entry, entry.gradient, maxNorm),
  );
}

/**
 * Makes a `transformGradsFn` of {@link clipGradientNorms}.
 *
 * Source: `clip_gradient_norms_fn` of tf_slim/training/training.py.
 */
export function clipGradientNormsFn(
  maxNorm: number,
): (gradients: readonly GradientAndVariable[]) => GradientAndVariable[] {
  return gradients => clipGradientNorms(gradients, maxNorm);
}

function clipByNorm(entry: GradientAndVariable, gradient: tf.Tensor, maxNorm: number): GradientAndVariable {
  if (entry.slices !== undefined) {
    // As TensorFlow does, by the norm of the slices: before those of one row are added up.
    return scaled(entry, tf.div(maxNorm, tf.maximum(l2Norm(entry.slices.values), maxNorm)));
  }
  return {
    ...entry,
    gradient: tf.tidy(() => tf.div(gradient.mul(maxNorm), tf.maximum(l2Norm(gradient), maxNorm))),
  };
}

/**
 * Makes a `transformGradsFn` that scales all gradients alike, so that their common L2 norm is at most `maxNorm`:
 * `tf.clip_by_global_norm`.
 */
export function clipGradientsByGlobalNorm(
  maxNorm: number,
): (gradients: readonly GradientAndVariable[]) => GradientAndVariable[] {
  return gradients => {
    const factor = tf.div<tf.Scalar>(maxNorm, tf.maximum(globalNorm(gradients), maxNorm));
    return gradients.map(entry => scaled(entry, factor));
  };
}

/** The L2 norm of all gradients together: `tf.global_norm`. */
export function globalNorm(gradients: readonly GradientAndVariable[]): tf.Scalar {
  const squares = gradients.flatMap(({ gradient, slices }) =>
    gradient === null ? [] : [(slices?.values ?? gradient).square().sum<tf.Scalar>()],
  );
  return tf.addN(squares).sqrt();
}

export function l2Norm(values: tf.Tensor): tf.Scalar {
  return tf.tidy(() => values.square().sum().sqrt() as tf.Scalar);
}
