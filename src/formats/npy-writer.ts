/** Writes NumPy's array files, version 1.0 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. */

import type { DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { isNarrowFloat } from './narrow-floats.ts';
import { numbersOf } from './tensor-numbers.ts';
import type { TensorValue } from './tensor-value.ts';

/** `dtype.str` of NumPy; quantized integers become the integers that they are stored as. */
const DESCRIPTIONS: Readonly<Partial<Record<DType, string>>> = {
  bool: '|b1',
  int8: '|i1',
  qint8: '|i1',
  int4: '|i1',
  uint8: '|u1',
  quint8: '|u1',
  uint4: '|u1',
  int16: '<i2',
  qint16: '<i2',
  uint16: '<u2',
  quint16: '<u2',
  int32: '<i4',
  qint32: '<i4',
  uint32: '<u4',
  int64: '<i8',
  uint64: '<u8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  complex64: '<c8',
  complex128: '<c16',
};

/** The header's end is at a multiple of this. */
const ALIGNMENT = 64;
const MAGIC = [0x93, ...Buffer.from('NUMPY'), 1, 0];

/** Whether NumPy has arrays of this: all numbers. bfloat16 and 8-bit floats, which it lacks, are written as float32. */
export function hasNpyType(dtype: DType): boolean {
  return DESCRIPTIONS[dtype] !== undefined || isNarrowFloat(dtype);
}

export interface NpyParts {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
}

/** @throws FormatError for strings and what only TensorFlow can read. */
export function encodeNpy(value: TensorValue): NpyParts {
  const description = DESCRIPTIONS[value.dtype];
  if (description !== undefined) return { header: headerOf(description, value.shape), data: value.bytes };
  if (!isNarrowFloat(value.dtype)) throw new FormatError(`NumPy has no arrays of ${value.dtype}.`);
  const data = new Uint8Array(new Float32Array(numbersOf(value)).buffer);
  return { header: headerOf('<f4', value.shape), data };
}

function headerOf(description: string, shape: readonly number[]): Uint8Array {
  // Python's tuples: (3,) with a comma.
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const dictionary = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const padded = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(padded, ' ');
  header.set(MAGIC);
  header.writeUInt16LE(padded - MAGIC.length - 2, MAGIC.length);
  header.write(dictionary, MAGIC.length + 2, 'latin1');
  header.write('\n', padded - 1, 'latin1');
  return header;
}
