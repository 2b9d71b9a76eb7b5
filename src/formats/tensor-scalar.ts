/** The number in a tensor of one element. */

import type { DType } from './dtype.ts';
import { narrowFloatNumbers } from './narrow-floats.ts';
import { elementCount, type TensorValue } from './tensor-value.ts';

const READERS: Readonly<Partial<Record<DType, (view: DataView) => number>>> = {
  float32: view => view.getFloat32(0, true),
  float64: view => view.getFloat64(0, true),
  float16: view => narrowFloatNumbers('float16')[view.getUint16(0, true)] ?? NaN,
  bfloat16: view => narrowFloatNumbers('bfloat16')[view.getUint16(0, true)] ?? NaN,
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
