/** The number in a tensor of one element. */

import type { DType } from './dtype.ts';
import { elementCount, type TensorValue } from './tensor-value.ts';

const READERS: Readonly<Partial<Record<DType, (view: DataView) => number>>> = {
  float32: view => view.getFloat32(0, true),
  float64: view => view.getFloat64(0, true),
  float16: view => halfToNumber(view.getUint16(0, true)),
  bfloat16: view => bfloat16ToNumber(view.getUint16(0, true)),
  int8: view => view.getInt8(0),
  uint8: view => view.getUint8(0),
  int16: view => view.getInt16(0, true),
  uint16: view => view.getUint16(0, true),
  int32: view => view.getInt32(0, true),
  uint32: view => view.getUint32(0, true),
  int64: view => Number(view.getBigInt64(0, true)),
  uint64: view => Number(view.getBigUint64(0, true)),
  bool: view => view.getUint8(0),
};

/** Undefined when there are more elements or fewer, or they are no real numbers. */
export function scalarOf({ dtype, shape, bytes }: TensorValue): number | undefined {
  if (elementCount(shape) !== 1) return undefined;
  return READERS[dtype]?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The upper half of a float32. */
function bfloat16ToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}
