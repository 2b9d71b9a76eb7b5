import type { DType } from '../../formats/dtype.ts';
import { elementCount, type TensorValue } from '../../formats/tensor-value.ts';

export type NumberArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray
  | BigInt64Array
  | BigUint64Array;

/** What files of arrays are read as: `slim.data.readArrays` and its kin. */
export interface ShapedNumbers {
  readonly values: NumberArray;
  readonly shape: readonly number[];
}

const DTYPES = new Map<unknown, DType>([
  [Float64Array, 'float64'],
  [Float32Array, 'float32'],
  [Int32Array, 'int32'],
  [Int16Array, 'int16'],
  [Int8Array, 'int8'],
  [Uint32Array, 'uint32'],
  [Uint16Array, 'uint16'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
  [BigInt64Array, 'int64'],
  [BigUint64Array, 'uint64'],
]);

export function isNumberArray(value: unknown): value is NumberArray {
  return dtypeOf(value) !== undefined;
}

export function isShapedNumbers(value: unknown): value is ShapedNumbers {
  return typeof value === 'object' && value !== null && 'shape' in value && 'values' in value;
}

/** Subclasses, Node's Buffer for one, count as what they extend. */
function dtypeOf(value: unknown): DType | undefined {
  return [...DTYPES].find(([type]) => value instanceof (type as typeof Float64Array))?.[1];
}

/**
 * The values as files hold them, in a copy.
 *
 * @param name of the values, for errors.
 * @throws TypeError when they are no array of numbers; RangeError when they are not as many as the shape says.
 */
export function toTensorValue({ values, shape }: ShapedNumbers, name: string): TensorValue {
  const dtype = dtypeOf(values);
  if (dtype === undefined) {
    throw new TypeError(`The values of ${name} are no typed array: give a Float32Array, for example.`);
  }
  if (values.length !== elementCount(shape)) {
    throw new RangeError(
      `The values of ${name} are ${values.length}, and their shape [${shape.join(', ')}] has room for ${elementCount(shape)}.`,
    );
  }
  const { buffer, byteOffset, byteLength } = values;
  return { dtype, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength).slice() };
}
