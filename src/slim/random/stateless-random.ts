import * as tf from '@tensorflow/tfjs';
import { currentContext } from '../scope/graph.ts';
import { operationName } from '../scope/variable-scope.ts';
import { operationSeed } from './operation-seed.ts';
import { statelessRandomUniform } from './stateless-random-uniform.ts';

/**
 * Randomness inside a pass: a pure function of the graph's seed, the op's name and the pass's step, so a step that is
 * repeated (traced, resumed) draws the same numbers.
 */

export interface RandomOptions {
  /** Takes the place of the seed that comes from the op's name. An integer. */
  readonly seed?: number | undefined;
}

/** float32 numbers in [low, high). `name` is the op's, made unique in the pass. */
export function randomUniform(
  shape: readonly number[],
  low: number,
  high: number,
  name = 'random_uniform',
  options: RandomOptions = {},
): tf.Tensor {
  const uniform = statelessRandomUniform(shape, seedOfDraw(name, options));
  return low === 0 && high === 1 ? uniform : uniform.mul(high - low).add(low);
}

/** float32 numbers of the normal distribution, by Box and Muller's transform of uniform ones. */
export function randomNormal(
  shape: readonly number[],
  mean: number,
  stddev: number,
  name = 'random_normal',
  options: RandomOptions = {},
): tf.Tensor {
  return tf.tidy(() => {
    const uniform = statelessRandomUniform([2, ...shape], seedOfDraw(name, options));
    const [first, second] = tf.unstack(uniform);
    if (first === undefined || second === undefined) throw new Error('tf.unstack gave fewer than two parts.');
    const radius = tf.sqrt(tf.mul(tf.log(tf.maximum(first, 1e-7)), -2));
    return radius
      .mul(tf.sin(second.mul(2 * Math.PI)))
      .mul(stddev)
      .add(mean);
  });
}

/**
 * float32 numbers of the normal distribution without what is more than two standard deviations off, by the inverse of its
 * distribution function.
 */
export function randomTruncatedNormal(
  shape: readonly number[],
  mean: number,
  stddev: number,
  name = 'truncated_normal',
  options: RandomOptions = {},
): tf.Tensor {
  return tf.tidy(() => {
    const uniform = statelessRandomUniform(shape, seedOfDraw(name, options));
    const central = uniform.mul(2 * WITHIN_TWO_STDDEVS).sub(WITHIN_TWO_STDDEVS);
    return inverseErrorFunction(central)
      .mul(Math.SQRT2 * stddev)
      .add(mean);
  });
}

/** The part of a normal distribution that is within two standard deviations: erf(sqrt(2)). */
const WITHIN_TWO_STDDEVS = 0.954499736103642;

/**
 * The inverse of the error function in float32, for arguments within 0.9966: the central branch of M. Giles, "Approximating the
 * erfinv function" (GPU Computing Gems, 2011).
 */
function inverseErrorFunction(x: tf.Tensor): tf.Tensor {
  const w = tf.scalar(1).sub(x.square()).log().neg().sub(2.5);
  const [first = 0, ...rest] = INVERSE_ERROR_COEFFICIENTS;
  return rest.reduce((sum, coefficient) => sum.mul(w).add(coefficient), w.mul(0).add(first)).mul(x);
}

/** By falling powers. */
const INVERSE_ERROR_COEFFICIENTS = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];

/** int32 [2]: the op's seed and the step. */
function seedOfDraw(name: string, { seed }: RandomOptions): tf.Tensor1D {
  const { graph, pass } = currentContext();
  const opSeed = operationSeed(graph, seed === undefined ? operationName(name) : `seed ${seed}`) | 0;
  if (pass === null) {
    throw new Error(
      `${name} draws by the step it is in: call it inside the function given to defineLoss or defineMetrics.`,
    );
  }
  return tf.stack([tf.scalar(opSeed, 'int32'), pass.step]) as tf.Tensor1D;
}
