/** The noise of `noisyLinearCosineDecay`, of which TensorFlow's own draws are no truth: its mean, its variance, its seed. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { pass } from '../model-pass.ts';

beforeAll(chooseBackend);

const RATE = 0.1;
const DECAY_STEPS = 1000;
const DRAWS = 2000;

function rateAt(step: number, schedule: slim.train.Schedule, graph = new slim.Graph()): number {
  return tf.tidy(() => pass(graph, () => schedule(tf.scalar(step, 'int32')), { step }).dataSync()[0] ?? NaN);
}

/** What the noise of a step adds to the line: the rate is `RATE * ((line + noise) * cosine + beta)`. */
function noiseAt(step: number, options: slim.train.NoisyLinearCosineDecayOptions): number {
  const without = rateAt(step, slim.train.linearCosineDecay(RATE, DECAY_STEPS));
  const cosine = rateAt(step, slim.train.linearCosineDecay(RATE, DECAY_STEPS, { alpha: 1 })) - without;
  const noisy = rateAt(step, slim.train.noisyLinearCosineDecay(RATE, DECAY_STEPS, options));
  return (noisy - without) / cosine;
}

/** Mean and variance over seeds, and five standard errors of both: a right generator fails one in two million times. */
test.each([
  { step: 0, initialVariance: 1, varianceDecay: 0.55, variance: 1 },
  { step: 99, initialVariance: 1, varianceDecay: 0.55, variance: 100 ** -0.55 },
  { step: 99, initialVariance: 0.5, varianceDecay: 1, variance: 0.005 },
])('$step steps: variance $variance', ({ step, initialVariance, varianceDecay, variance }) => {
  const draws = Array.from({ length: DRAWS }, (_, seed) =>
    noiseAt(step, { seed, initialVariance, varianceDecay }),
  );
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS;
  const spread = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / DRAWS;
  expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
  expect(Math.abs(spread / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / DRAWS));
});

test('is what linearCosineDecay gives without variance', () => {
  const noisy = slim.train.noisyLinearCosineDecay(RATE, 45, { initialVariance: 0 });
  for (const step of [0, 10, 44, 60]) {
    expect(rateAt(step, noisy)).toBe(rateAt(step, slim.train.linearCosineDecay(RATE, 45)));
  }
});

test('depends on the step, its seed and the graph’s seed, and on nothing else', () => {
  const noisy = (seed: number): slim.train.Schedule =>
    slim.train.noisyLinearCosineDecay(RATE, DECAY_STEPS, { seed });
  const [first, again, otherSeed, otherGraph] = [
    rateAt(5, noisy(1)),
    rateAt(5, noisy(1)),
    rateAt(5, noisy(2)),
    rateAt(5, noisy(1), new slim.Graph(7)),
  ];
  expect(again).toBe(first);
  expect(new Set([first, otherSeed, otherGraph]).size).toBe(3);
  expect(noiseAt(6, { seed: 1 })).not.toBeCloseTo(noiseAt(5, { seed: 1 }), 3);
});

test('has no place outside of a step', () => {
  const noisy = slim.train.noisyLinearCosineDecay(RATE, DECAY_STEPS);
  expect(() => noisy(tf.scalar(0, 'int32'))).toThrow('draws by the step it is in');
});
