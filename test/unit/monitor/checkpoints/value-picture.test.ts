import { describe, expect, it } from 'vitest';
import { float32Tensor, int64Tensor, stringTensor } from '../../../../src/formats/tensor-value.ts';
import { valuePicture } from '../../../../src/monitor/checkpoints/value-picture.ts';
import { valueWindow } from '../../../../src/monitor/checkpoints/value-window.ts';

/** Each element is its own place. */
function counting(...shape: readonly number[]): ReturnType<typeof float32Tensor> {
  const count = shape.reduce((product, size) => product * size, 1);
  return float32Tensor(
    shape,
    Float32Array.from({ length: count }, (_, index) => index),
  );
}

describe('valuePicture', () => {
  it('writes a single number with all its digits', () => {
    const step = int64Tensor([], BigInt64Array.of(9223372036854775807n));
    expect(valuePicture(step, undefined, 0)).toEqual({
      kind: 'number',
      value: '9223372036854775807',
      other: null,
    });
    const rate = float32Tensor([1, 1], Float32Array.of(0.1));
    expect(valuePicture(rate, rate, 0)).toEqual({ kind: 'number', value: '0.1', other: '0.1' });
  });

  it('draws a vector as bars, wherever the sizes of 1 are', () => {
    expect(valuePicture(counting(1, 3, 1), undefined, 0)).toMatchObject({
      kind: 'bars',
      count: 3,
      values: Float64Array.of(0, 1, 2),
    });
  });

  it('draws of a long vector the values furthest from zero, and what is not finite', () => {
    const long = new Float32Array(1024);
    long[1] = -5;
    long[700] = NaN;
    const picture = valuePicture(float32Tensor([1024], long), counting(1024), 0);
    if (picture.kind !== 'bars') throw new Error(picture.kind);
    expect(picture.values.length).toBe(512);
    expect([picture.places[0], picture.values[0], picture.other?.[0]]).toEqual([1, -5, 1]);
    expect(picture.values[350]).toBeNaN();
  });

  it('draws a matrix as it is, a large one by every so many rows and columns', () => {
    expect(valuePicture(counting(2, 3), undefined, 0)).toMatchObject({
      kind: 'map',
      rows: 2,
      columns: 3,
      values: Float64Array.of(0, 1, 2, 3, 4, 5),
    });
    const picture = valuePicture(counting(400, 200), undefined, 0);
    if (picture.kind !== 'map') throw new Error(picture.kind);
    expect([picture.rowStep, picture.columnStep]).toEqual([3, 2]);
    expect(picture.values.length).toBe(134 * 100);
    expect(picture.values[101]).toBe(3 * 200 + 2);
  });

  it('draws the kernels of one input channel', () => {
    const [height, width, channels, kernels] = [2, 3, 4, 5];
    const picture = valuePicture(counting(height, width, channels, kernels), undefined, 2);
    if (picture.kind !== 'kernels') throw new Error(picture.kind);
    expect(picture).toMatchObject({ height, width, channels, kernels, channel: 2 });
    // Kernel 4, row 1, column 2.
    expect(picture.values[4 * 6 + 1 * 3 + 2]).toBe(((1 * width + 2) * channels + 2) * kernels + 4);
  });

  it('draws a convolution of 1×1 as the matrix that it is', () => {
    expect(valuePicture(counting(1, 1, 3, 2), undefined, 0)).toMatchObject({
      kind: 'map',
      rows: 3,
      columns: 2,
    });
  });

  it('shows strings as text, bytes that are none replaced', () => {
    const texts = stringTensor([2], ['über\n', Uint8Array.of(0xff, 0x41, 0x1b)]);
    expect(valuePicture(texts, undefined, 0)).toEqual({
      kind: 'text',
      elements: ['über\n', '\ufffdA\ufffd'],
      count: 2,
      other: null,
    });
  });

  it('has nothing to draw of no values', () => {
    expect(valuePicture(counting(0, 3), undefined, 0)).toEqual({ kind: 'empty' });
  });
});

describe('valueWindow', () => {
  it('gives a part of the rows and columns, all axes but the last being rows', () => {
    const { values, other } = valueWindow(counting(2, 3, 4), undefined, [4, 6], [1, 3]);
    expect([...values]).toEqual([17, 18, 21, 22]);
    expect(other).toBeNull();
  });

  it('cuts a part that reaches past the end, and knows a number as one row', () => {
    expect([...valueWindow(counting(2, 2), undefined, [1, 9], [1, 9]).values]).toEqual([3]);
    expect([...valueWindow(counting(), undefined, [0, 5], [0, 5]).values]).toEqual([0]);
    expect([...valueWindow(counting(3, 0), undefined, [0, 5], [0, 5]).values]).toEqual([]);
  });
});
