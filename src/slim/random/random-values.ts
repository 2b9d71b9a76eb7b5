import { PhiloxStream } from './philox.ts';

/**
 * Random numbers for initial values, made in JS: the same on every backend. For randomness inside a step see
 * `stateless-random.ts`. `seed` is an unsigned 32-bit integer.
 */

/** `count` numbers in [low, high). */
export function uniformValues(count: number, seed: number, low = 0, high = 1): Float32Array {
  const stream = new PhiloxStream([seed | 0, 0]);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = low + stream.nextUniform() * (high - low);
  return values;
}

export function normalValues(count: number, seed: number, mean = 0, stddev = 1): Float32Array {
  const next = normalSource(seed);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = mean + stddev * next();
  return values;
}

/** Normal, but what lies more than two standard deviations off is drawn again, as TensorFlow does. */
export function truncatedNormalValues(count: number, seed: number, mean = 0, stddev = 1): Float32Array {
  const next = normalSource(seed);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let draw = next();
    while (Math.abs(draw) > 2) draw = next();
    values[index] = mean + stddev * draw;
  }
  return values;
}

/** Box and Muller's way from uniform to normal. */
function normalSource(seed: number): () => number {
  const stream = new PhiloxStream([seed | 0, 0]);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(Math.max(stream.nextUniform(), 1e-7)));
    const angle = 2 * Math.PI * stream.nextUniform();
    spare = radius * Math.cos(angle);
    return radius * Math.sin(angle);
  };
}
