import { describe, expect, it } from 'vitest';
import { Smoother } from '../../../../src/monitor/series/smoothing.ts';

const noise = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, index) => (Math.sin(index * 12.9898) * 43758.5453) % 7);

/** The closed form of the corrected average: every value so far, weighted by how long ago it was. */
function weightedMean(values: Float64Array, weight: number, until: number): number {
  let sum = 0;
  let weights = 0;
  for (let at = 0; at <= until; at++) {
    const factor = weight ** (until - at);
    sum += factor * (values[at] ?? NaN);
    weights += factor;
  }
  return sum / weights;
}

describe('smoothing', () => {
  it.each([0.1, 0.6, 0.9, 0.99])('with weight %d is the weighted mean of all values so far', weight => {
    const values = noise(300);
    new Smoother().smooth(values, weight).forEach((smoothed, at) => {
      expect(smoothed).toBeCloseTo(weightedMean(values, weight, at), 9);
    });
  });

  it('of weight 0 gives the values', () => {
    const values = noise(5);
    expect(new Smoother().smooth(values, 0)).toEqual(values);
  });

  it('is the same whether the curve came at once or grew', () => {
    const values = noise(5000);
    const growing = new Smoother();
    for (let length = 1; length < values.length; length += 37)
      growing.smooth(values.subarray(0, length), 0.9);
    expect(growing.smooth(values, 0.9)).toEqual(new Smoother().smooth(values, 0.9));
  });

  it('begins anew with another weight and after a cut', () => {
    const values = noise(100);
    const smoother = new Smoother();
    smoother.smooth(values, 0.9);
    expect(smoother.smooth(values, 0.5)).toEqual(new Smoother().smooth(values, 0.5));
    smoother.forget();
    const other = values.map(value => -value);
    expect(smoother.smooth(other, 0.5)).toEqual(new Smoother().smooth(other, 0.5));
  });

  it('leaves a constant curve exactly as it is, and averages all of it once it changes', () => {
    const smoother = new Smoother();
    const constant = new Float64Array(50).fill(0.1);
    expect(smoother.smooth(constant, 0.6)).toEqual(constant);
    const changed = Float64Array.of(...constant, 1);
    const smoothed = smoother.smooth(changed, 0.6);
    changed.forEach((_value, at) => {
      expect(smoothed[at]).toBeCloseTo(weightedMean(changed, 0.6, at), 12);
    });
  });

  it('passes values through that are not finite, and averages as if they were not there', () => {
    const values = Float64Array.of(1, NaN, 2, Infinity, 4, -Infinity);
    const finite = new Smoother().smooth(Float64Array.of(1, 2, 4), 0.6);
    expect([...new Smoother().smooth(values, 0.6)]).toEqual([
      finite[0],
      NaN,
      finite[1],
      Infinity,
      finite[2],
      -Infinity,
    ]);
  });
});
