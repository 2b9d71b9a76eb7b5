import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const SHAPE = [5, 5, 40, 60];

function valuesOf(initializer: slim.Initializer, shape: readonly number[] = SHAPE, seed = 7): Float32Array {
  return initializer(shape, 'float32', seed).dataSync<'float32'>();
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Connections of a unit with weights of SHAPE, as TF-Slim counts them. */
const [fanIn, fanOut] = [25 * 40, 25 * 60];

describe('initializers draw from the distributions of TF-Slim', () => {
  test('xavier: uniform within ±sqrt(6 / (in + out))', () => {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const values = valuesOf(slim.xavierInitializer());
    expect(values.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(limit);
    expect(values.reduce((a, b) => Math.min(a, b))).toBeGreaterThanOrEqual(-limit);
    expect(deviation(values) / (limit / Math.sqrt(3))).toBeCloseTo(1, 2);
  });

  test('variance scaling: a normal one truncated at twice sqrt(1.3 factor / in)', () => {
    const stddev = Math.sqrt((1.3 * 2) / fanIn);
    const values = valuesOf(slim.varianceScalingInitializer());
    expect(values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBeLessThanOrEqual(2 * stddev);
    // What truncation leaves of the deviation: 0.8796.
    expect(deviation(values) / (0.8796 * stddev)).toBeCloseTo(1, 2);
    expect(deviation(values) / Math.sqrt(2 / fanIn)).toBeCloseTo(1, 1);
  });

  test('variance scaling counts outputs, or the average, if told to', () => {
    const of = (mode: 'FAN_OUT' | 'FAN_AVG'): number =>
      deviation(valuesOf(slim.varianceScalingInitializer({ factor: 1, mode, uniform: true })));
    expect(of('FAN_OUT') / Math.sqrt(1 / fanOut)).toBeCloseTo(1, 2);
    expect(of('FAN_AVG') / Math.sqrt(2 / (fanIn + fanOut))).toBeCloseTo(1, 2);
  });

  test('normal and uniform', () => {
    expect(deviation(valuesOf(slim.randomNormalInitializer({ mean: 3, stddev: 2 }))) / 2).toBeCloseTo(1, 2);
    const values = valuesOf(slim.randomUniformInitializer({ minval: 2, maxval: 5 }));
    expect(values.every(value => value >= 2 && value < 5)).toBe(true);
  });

  test('vectors and scalars have connections too', () => {
    expect(valuesOf(slim.xavierInitializer(), [3]).length).toBe(3);
    expect(valuesOf(slim.xavierInitializer(), []).length).toBe(1);
  });

  test('a seed fixes the values; otherwise each variable has its own', () => {
    const seeded = slim.truncatedNormalInitializer({ seed: 5 });
    expect(valuesOf(seeded, [9], 1)).toEqual(valuesOf(seeded, [9], 2));
    const own = slim.truncatedNormalInitializer();
    expect(valuesOf(own, [9], 1)).toEqual(valuesOf(own, [9], 1));
    expect(valuesOf(own, [9], 1)).not.toEqual(valuesOf(own, [9], 2));
  });
});

describe('constants', () => {
  test('fill the variable with one value, or with as many as there are', () => {
    expect([...valuesOf(slim.zerosInitializer(), [2])]).toEqual([0, 0]);
    expect([...valuesOf(slim.onesInitializer(), [2])]).toEqual([1, 1]);
    expect([...valuesOf(slim.constantInitializer([1, 2]), [2, 2])]).toEqual([1, 2, 2, 2]);
    expect(slim.constantInitializer(3)([], 'int64', 0).dtype).toBe('int32');
  });

  test('too many are an error', () => {
    expect(() => valuesOf(slim.constantInitializer([1, 2, 3]), [2])).toThrow('3 values do not fill');
  });
});
