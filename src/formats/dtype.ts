/** TensorFlow's data types: names as tf.DType has them, numbers and element sizes of core/framework/types.proto. */

const DTYPES = {
  float32: { number: 1, size: 4 },
  float64: { number: 2, size: 8 },
  int32: { number: 3, size: 4 },
  uint8: { number: 4, size: 1 },
  int16: { number: 5, size: 2 },
  int8: { number: 6, size: 1 },
  string: { number: 7, size: null },
  complex64: { number: 8, size: 8 },
  int64: { number: 9, size: 8 },
  bool: { number: 10, size: 1 },
  qint8: { number: 11, size: 1 },
  quint8: { number: 12, size: 1 },
  qint32: { number: 13, size: 4 },
  bfloat16: { number: 14, size: 2 },
  qint16: { number: 15, size: 2 },
  quint16: { number: 16, size: 2 },
  uint16: { number: 17, size: 2 },
  complex128: { number: 18, size: 16 },
  float16: { number: 19, size: 2 },
  resource: { number: 20, size: null },
  variant: { number: 21, size: null },
  uint32: { number: 22, size: 4 },
  uint64: { number: 23, size: 8 },
  float8_e5m2: { number: 24, size: 1 },
  float8_e4m3fn: { number: 25, size: 1 },
  float8_e4m3fnuz: { number: 26, size: 1 },
  float8_e4m3b11fnuz: { number: 27, size: 1 },
  float8_e5m2fnuz: { number: 28, size: 1 },
  int4: { number: 29, size: 1 },
  uint4: { number: 30, size: 1 },
} as const;

export type DType = keyof typeof DTYPES;

const BY_NUMBER: ReadonlyMap<number, DType> = new Map(
  (Object.keys(DTYPES) as DType[]).map(dtype => [DTYPES[dtype].number, dtype]),
);

/** types.proto adds 100 for the reference types of TF1's variables. */
const REFERENCE = 100;

/** Undefined when no version of TensorFlow that we know of uses this number. */
export function dtypeOfNumber(number: number): DType | undefined {
  return BY_NUMBER.get(number > REFERENCE ? number - REFERENCE : number);
}

export function dtypeNumber(dtype: DType): number {
  return DTYPES[dtype].number;
}

/** Bytes of one element; null for string, resource and variant, whose elements differ in size. */
export function dtypeSize(dtype: DType): number | null {
  return DTYPES[dtype].size;
}

/** What is swapped between byte orders: a complex number is two floats. */
export function dtypeWordSize(dtype: DType): number {
  const size = DTYPES[dtype].size ?? 1;
  return dtype === 'complex64' || dtype === 'complex128' ? size / 2 : size;
}
