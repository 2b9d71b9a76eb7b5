/** So many of a variable's values as can be drawn. */

import { elementCount, stringElements, type TensorValue } from '../../formats/tensor-value.ts';
import { comparableNumbersOf } from '../../formats/tensor-numbers.ts';
import type { ValuePicture } from '../../protocol/checkpoint.ts';

/** More bars than this are not told apart; of each run of neighbours one is drawn. */
const MAX_BARS = 512;
/** More rows or columns than this are not told apart in a pane. */
const MAX_SIDE = 160;
const MAX_KERNELS = 1024;
/** A kernel larger than this is no picture of a filter any more. */
const MAX_KERNEL_SIDE = 32;
const MAX_TEXTS = 100;
const MAX_TEXT_BYTES = 2000;

/** @param other of the same shape as `own`, or undefined. */
export function valuePicture(
  own: TensorValue,
  other: TensorValue | undefined,
  channel: number,
): ValuePicture {
  const count = elementCount(own.shape);
  if (count === 0) return { kind: 'empty' };
  if (own.dtype === 'string') return textPicture(own, other, count);
  if (count === 1) return { kind: 'number', value: exactText(own), other: other ? exactText(other) : null };
  const sizes = own.shape.filter(size => size !== 1);
  if (sizes.length === 1) return barPicture(own, other, count);
  return isKernel(own.shape) ? kernelPicture(own, other, channel) : mapPicture(own, other, count);
}

/** The beginning of a string, for people; bytes that are no text, and control characters, are replaced. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder()
    .decode(bytes.subarray(0, MAX_TEXT_BYTES))
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '\ufffd');
  return bytes.length > MAX_TEXT_BYTES ? `${text}…` : text;
}

function textPicture(own: TensorValue, other: TensorValue | undefined, count: number): ValuePicture {
  const texts = (value: TensorValue): string[] => stringElements(value).slice(0, MAX_TEXTS).map(textOf);
  return {
    kind: 'text',
    elements: texts(own),
    count,
    other: other?.dtype === 'string' ? texts(other) : null,
  };
}

/** All digits, also those of 64-bit integers, which a JavaScript number does not hold. */
function exactText(value: TensorValue): string {
  const { dtype, bytes } = value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'int64') return view.getBigInt64(0, true).toString();
  if (dtype === 'uint64') return view.getBigUint64(0, true).toString();
  if (dtype === 'complex64') return complexText(view.getFloat32(0, true), view.getFloat32(4, true));
  if (dtype === 'complex128') return complexText(view.getFloat64(0, true), view.getFloat64(8, true));
  const number = comparableNumbersOf(value, 0, 1)[0] ?? NaN;
  if (dtype === 'bool') return number === 0 ? 'false' : 'true';
  return dtype === 'float64' ? String(number) : shortestText(number);
}

/** So many digits as tell a float32, or less, from its neighbours; more are digits of its binary fraction. */
function shortestText(number: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(number.toPrecision(digits));
    if (Math.fround(text) === number) return String(text);
  }
  return String(Number(number.toPrecision(9)));
}

function complexText(real: number, imaginary: number): string {
  return `${real} ${imaginary < 0 ? '−' : '+'} ${Math.abs(imaginary)}i`;
}

function barPicture(own: TensorValue, other: TensorValue | undefined, count: number): ValuePicture {
  const step = Math.ceil(count / MAX_BARS);
  const all = comparableNumbersOf(own, 0, count);
  const places = Float64Array.from({ length: Math.ceil(count / step) }, (_, bar) =>
    furthestFromZero(all, bar * step, Math.min((bar + 1) * step, count)),
  );
  const at = (values: Float64Array): Float64Array => places.map(place => values[place] ?? NaN);
  return {
    kind: 'bars',
    count,
    places,
    values: at(all),
    other: other ? at(comparableNumbersOf(other, 0, count)) : null,
  };
}

/** What is not finite is further than any number. */
function furthestFromZero(values: Float64Array, from: number, to: number): number {
  let [place, distance] = [from, -1];
  for (let index = from; index < to; index++) {
    const size = Math.abs(values[index] ?? 0);
    if (!Number.isFinite(size)) return index;
    if (size > distance) [place, distance] = [index, size];
  }
  return place;
}

function mapPicture(own: TensorValue, other: TensorValue | undefined, count: number): ValuePicture {
  const columns = own.shape.at(-1) ?? 1;
  const rows = count / columns;
  const rowStep = Math.ceil(rows / MAX_SIDE);
  const columnStep = Math.ceil(columns / MAX_SIDE);
  const sample = (value: TensorValue): Float64Array => {
    const width = Math.ceil(columns / columnStep);
    const values = new Float64Array(Math.ceil(rows / rowStep) * width);
    for (let row = 0, at = 0; row < rows; row += rowStep) {
      const line = comparableNumbersOf(value, row * columns, (row + 1) * columns);
      for (let column = 0; column < columns; column += columnStep) values[at++] = line[column] ?? NaN;
    }
    return values;
  };
  return {
    kind: 'map',
    rows,
    columns,
    rowStep,
    columnStep,
    values: sample(own),
    other: other ? sample(other) : null,
  };
}

/** Height, width, input channels, output channels: TensorFlow's order for 2-D convolutions. */
function isKernel(shape: readonly number[]): boolean {
  const [height = 0, width = 0] = shape;
  return shape.length === 4 && Math.max(height, width) <= MAX_KERNEL_SIDE && height * width > 1;
}

function kernelPicture(own: TensorValue, other: TensorValue | undefined, wanted: number): ValuePicture {
  const [height = 1, width = 1, channels = 1, kernels = 1] = own.shape;
  const drawn = Math.min(kernels, MAX_KERNELS);
  const channel = Math.min(Math.max(0, wanted), channels - 1);
  const sample = (value: TensorValue): Float64Array => {
    const values = new Float64Array(drawn * height * width);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const start = (pixel * channels + channel) * kernels;
      const line = comparableNumbersOf(value, start, start + drawn);
      for (let kernel = 0; kernel < drawn; kernel++)
        values[kernel * height * width + pixel] = line[kernel] ?? NaN;
    }
    return values;
  };
  return {
    kind: 'kernels',
    height,
    width,
    channels,
    channel,
    kernels,
    values: sample(own),
    other: other ? sample(other) : null,
  };
}
