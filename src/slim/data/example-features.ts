import * as tf from '@tensorflow/tfjs';
import { FormatError } from '../../formats/format-error.ts';
import type { Feature } from '../../formats/tf-example.ts';
import { decodeImage } from './decode-image.ts';

/**
 * What an example holds under a name, as `tf.io.FixedLenFeature` says it. Shapes are those of one example. A list of
 * another length than the shape's is an error, but one that is shorter may be filled up: see `padValue`.
 */
export type ExampleFeature =
  /** A list of floats or of integers. int64 becomes int32. */
  | {
      readonly dtype: 'float32' | 'int64';
      readonly shape: readonly number[];
      /** Stands for all values where an example lacks the feature. Default: that is an error. */
      readonly defaultValue?: number;
      /** Fills up a list that is shorter than the shape, for lists of varying length. Default: that is an error. */
      readonly padValue?: number;
    }
  /** A list of bytes, as a string tensor. */
  | { readonly dtype: 'string'; readonly shape: readonly number[] }
  /** Bytes that are the values themselves, as `tf.io.decode_raw` takes them: float32 from 0 to 255. */
  | { readonly decode: 'raw'; readonly shape: readonly number[] }
  /** Bytes that are a PNG or JPEG image of that size: float32 from 0 to 255. */
  | { readonly decode: 'image'; readonly shape: readonly [height: number, width: number, channels: 1 | 3] };

/** The values of one feature in a batch, while its examples are read. */
export interface FeatureColumn {
  readonly name: string;
  /** Takes what example `row` of the batch holds. @throws FormatError when that is not what the feature says. */
  set(row: number, found: Feature | undefined): void;
  /** [batch, ...shape] */
  tensor(): tf.Tensor;
}

export function featureColumn(name: string, feature: ExampleFeature, batch: number): FeatureColumn {
  const { shape } = feature;
  const size = shape.reduce((product, length) => product * length, 1);
  const batchShape = [batch, ...shape];
  if ('dtype' in feature && feature.dtype === 'string') {
    const texts: Uint8Array[] = [];
    return {
      name,
      set: (row, found) => {
        valuesOf(name, 'bytes', found, size).forEach((value, at) => (texts[row * size + at] = value));
      },
      tensor: () => tf.tensor(texts, batchShape, 'string'),
    };
  }
  const isInteger = 'dtype' in feature && feature.dtype === 'int64';
  const values = isInteger ? new Int32Array(batch * size) : new Float32Array(batch * size);
  return {
    name,
    set: (row, found) => {
      values.set(numbersOf(name, feature, found, size), row * size);
    },
    tensor: () => tf.tensor(values, batchShape, isInteger ? 'int32' : 'float32'),
  };
}

type ValuesOf<K extends Feature['kind']> = Extract<Feature, { readonly kind: K }>['values'];

/** A list of that kind and length. */
function valuesOf<K extends Feature['kind']>(
  name: string,
  kind: K,
  found: Feature | undefined,
  size: number,
  isShorterAllowed = false,
): ValuesOf<K> {
  if (found === undefined) throw new FormatError(`it has no feature ${name}.`);
  if (found.kind !== kind) throw new FormatError(`${name} is a list of ${found.kind}, not of ${kind}.`);
  const { length } = found.values;
  if (length > size || (length < size && !isShorterAllowed)) {
    throw new FormatError(`${name} has ${length} values where ${size} are expected.`);
  }
  return found.values as ValuesOf<K>;
}

type NumberFeature = Exclude<ExampleFeature, { readonly dtype: 'string' }>;

function numbersOf(
  name: string,
  feature: NumberFeature,
  found: Feature | undefined,
  size: number,
): ArrayLike<number> {
  if ('decode' in feature) return decoded(name, feature, found, size);
  const { dtype, defaultValue, padValue } = feature;
  if (found === undefined && defaultValue !== undefined) return Array<number>(size).fill(defaultValue);
  const isPadded = padValue !== undefined;
  const numbers =
    dtype === 'int64'
      ? valuesOf(name, 'int64', found, size, isPadded).map(value => int32(name, value))
      : valuesOf(name, 'float', found, size, isPadded);
  return isPadded ? [...numbers, ...Array<number>(size - numbers.length).fill(padValue)] : numbers;
}

function decoded(
  name: string,
  feature: Extract<ExampleFeature, { readonly decode: string }>,
  found: Feature | undefined,
  size: number,
): Uint8Array {
  const [bytes = new Uint8Array(0)] = valuesOf(name, 'bytes', found, 1);
  if (feature.decode === 'raw') {
    if (bytes.length === size) return bytes;
    throw new FormatError(`${name} has ${bytes.length} bytes where ${size} are expected.`);
  }
  const [height, width, channels] = feature.shape;
  const image = decodeImage(bytes, channels, name);
  if (image.height === height && image.width === width) return image.values;
  throw new FormatError(
    `${name} has ${image.height} x ${image.width} pixels where ${height} x ${width} are expected.`,
  );
}

function int32(name: string, value: bigint): number {
  if (BigInt.asIntN(32, value) === value) return Number(value);
  throw new FormatError(`${name} has ${value.toString()}: TensorFlow.js computes with integers of 32 bits.`);
}
