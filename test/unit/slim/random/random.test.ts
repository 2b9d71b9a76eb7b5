/** Randomness: Philox against its authors' vectors, and against TensorFlow's own op where the native backend is there. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Graph } from '../../../../src/slim/scope/graph.ts';
import { hash32, operationSeed } from '../../../../src/slim/random/operation-seed.ts';
import { PhiloxStream, philox, type StatelessSeed } from '../../../../src/slim/random/philox.ts';
import {
  normalValues,
  truncatedNormalValues,
  uniformValues,
} from '../../../../src/slim/random/random-values.ts';
import { statelessRandomUniform } from '../../../../src/slim/random/stateless-random-uniform.ts';
import { randomTruncatedNormal, randomUniform } from '../../../../src/slim/random/stateless-random.ts';
import { chooseBackend, expectClose } from '../../../parity/tolerance.ts';
import { pass } from '../model-pass.ts';

beforeAll(chooseBackend);

/** From kat_vectors of the Random123 library, philox4x32 with 10 rounds. */
const vectors: readonly (readonly [counter: number[], key: [number, number], expected: number[]])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(vectors)('Philox of %j', (counter, [key0, key1], expected) => {
  const out = new Uint32Array(4);
  philox(Uint32Array.from(counter), key0, key1, out, 0);
  expect([...out]).toEqual(expected);
});

const seeds: readonly StatelessSeed[] = [
  [0, 0],
  [1, 2],
  [-7, 1000],
  [2147483647, -2147483648],
];

describe.each(seeds)('the op with seed %i, %i', (seed0, seed1) => {
  // On the native backend these are TensorFlow's numbers, on the embedded one our kernel's.
  test.each([1, 3, 4, 1030])('gives the numbers of the stream, %i of them', count => {
    const stream = new PhiloxStream([seed0, seed1]);
    const expected = Array.from({ length: count }, () => stream.nextUniform());
    const drawn = statelessRandomUniform([count], tf.tensor1d([seed0, seed1], 'int32'));
    expect([...drawn.dataSync()]).toEqual(expected);
  });
});

test('a shape with several axes', () => {
  const seed = tf.tensor1d([5, 6], 'int32');
  const cube = statelessRandomUniform([2, 3, 4], seed);
  expect(cube.shape).toEqual([2, 3, 4]);
  expect([...cube.dataSync()]).toEqual([...statelessRandomUniform([24], seed).dataSync()]);
});

function moments(values: Float32Array): { mean: number; stddev: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, stddev: Math.sqrt(variance) };
}

/** Five standard errors: a right generator fails one in two million times, and ours always draws the same. */
const COUNT = 40_000;
const near = (stddev: number): number => (5 * stddev) / Math.sqrt(COUNT);

test('uniform values', () => {
  const values = uniformValues(COUNT, 3, -2, 4);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...values)).toBeLessThan(4);
  expect(Math.abs(moments(values).mean - 1)).toBeLessThan(near(6 / Math.sqrt(12)));
});

test('normal values', () => {
  const { mean, stddev } = moments(normalValues(COUNT, 3, 1, 2));
  expect(Math.abs(mean - 1)).toBeLessThan(near(2));
  expect(Math.abs(stddev - 2)).toBeLessThan(near(2));
});

test('truncated normal values stay within two standard deviations, and narrow their spread', () => {
  const values = truncatedNormalValues(COUNT, 3, 1, 2);
  expect(Math.max(...values.map(value => Math.abs(value - 1)))).toBeLessThanOrEqual(4);
  // 0.8796: of a standard normal distribution cut off at two.
  expect(Math.abs(moments(values).stddev - 2 * 0.8796)).toBeLessThan(near(2));
});

test('truncated normal draws of a step are the inverse of the distribution function', () => {
  const graph = new Graph(1);
  const uniform = pass(graph, () => randomUniform([COUNT], 0, 1, 'u', { seed: 3 }));
  const truncated = pass(graph, () => randomTruncatedNormal([COUNT], 0, 1, 'n', { seed: 3 }));
  const inverse = tf.erf(truncated.div(Math.SQRT2)).div(0.9544997361).add(1).div(2);
  expectClose(inverse.dataSync(), [...uniform.dataSync()], { relative: 0, absolute: 1e-6 });
  const shifted = pass(graph, () => randomTruncatedNormal([COUNT], 1, 2, 'm', { seed: 3 }));
  expectClose(shifted.sub(1).div(2).dataSync(), [...truncated.dataSync()], { relative: 0, absolute: 1e-6 });
});

test('the seed of an op is by its name and the graph seed', () => {
  const graph = new Graph(1);
  expect(operationSeed(graph, 'a')).toBe(operationSeed(new Graph(1), 'a'));
  expect(operationSeed(graph, 'a')).not.toBe(operationSeed(graph, 'b'));
  expect(operationSeed(graph, 'a')).not.toBe(operationSeed(new Graph(2), 'a'));
  const hashes = new Set(Array.from({ length: 10_000 }, (_, index) => hash32(`conv${index}/weights`)));
  expect(hashes.size).toBeGreaterThan(9_990);
});
