/** TensorProto (core/framework/tensor.proto), as summaries and V1 checkpoints hold tensors. */

import { dtypeNumber, dtypeOfNumber, dtypeSize, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { decodeTensorShape, encodeTensorShape } from './tensor-shape.ts';
import { elementCount, stringElements, stringTensor, type TensorValue } from './tensor-value.ts';
import { WireType, type WireReader, type WireWriter } from './wire-format.ts';

/**
 * A list of values shorter than its shape repeats its last value. That lets a few bytes ask for any amount of memory:
 * past this many bytes the rest has to be there.
 */
const MAX_REPEATED_BYTES = 1 << 28;

/** How a typed list of values is read: field number, wire type, and how one number becomes an element's bytes. */
interface TypedList {
  readonly field: number;
  readonly wireType: number;
  readonly bytesPerValue: number;
  readonly copy: (reader: WireReader, view: DataView, at: number) => void;
}

const floats: TypedList = {
  field: 5,
  wireType: WireType.fixed32,
  bytesPerValue: 4,
  copy: (reader, view, at) => {
    view.setUint32(at, reader.fixed32(), true);
  },
};

const doubles: TypedList = {
  field: 6,
  wireType: WireType.fixed64,
  bytesPerValue: 8,
  copy: (reader, view, at) => {
    view.setFloat64(at, reader.double(), true);
  },
};

const integers = (field: number, bytesPerValue: 1 | 2 | 4 | 8): TypedList => ({
  field,
  wireType: WireType.varint,
  bytesPerValue,
  copy: (reader, view, at) => {
    const low = reader.varint();
    if (bytesPerValue === 1) view.setUint8(at, low);
    else if (bytesPerValue === 2) view.setUint16(at, low, true);
    else view.setUint32(at, low, true);
    if (bytesPerValue === 8) view.setUint32(at + 4, reader.high, true);
  },
});

const LISTS: Readonly<Partial<Record<DType, TypedList>>> = {
  float32: floats,
  float64: doubles,
  int32: integers(7, 4),
  uint8: integers(7, 1),
  int16: integers(7, 2),
  uint16: integers(7, 2),
  int8: integers(7, 1),
  qint8: integers(7, 1),
  quint8: integers(7, 1),
  qint16: integers(7, 2),
  quint16: integers(7, 2),
  qint32: integers(7, 4),
  int4: integers(7, 1),
  uint4: integers(7, 1),
  complex64: { ...floats, field: 9 },
  int64: integers(10, 8),
  bool: integers(11, 1),
  complex128: { ...doubles, field: 12 },
  float16: integers(13, 2),
  bfloat16: integers(13, 2),
  uint32: integers(16, 4),
  uint64: integers(17, 8),
};

const TENSOR_CONTENT = 4;
const STRING_VAL = 8;
/** float8_val: one byte for each element. */
const FLOAT8_VAL = 18;

/** @throws FormatError for a tensor whose values do not fit its shape, or of a dtype without a byte form. */
export function decodeTensorProto(reader: WireReader): TensorValue {
  const start = reader.offset;
  let number = 0;
  let shape: number[] = [];
  let content: Uint8Array | undefined;
  const fields = reader.fork();
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) number = reader.varint();
    else if (reader.is(2, WireType.bytes)) shape = decodeTensorShape(reader.message());
    else if (reader.is(TENSOR_CONTENT, WireType.bytes) || reader.is(FLOAT8_VAL, WireType.bytes))
      content = reader.data();
    else reader.skip();
  }
  const dtype = dtypeOfNumber(number);
  if (dtype === undefined)
    throw new FormatError(`The tensor at byte ${start} has an unknown dtype ${number}.`);
  if (dtype === 'string') return decodeStrings(fields, shape);
  const size = dtypeSize(dtype);
  if (size === null)
    throw new FormatError(`The tensor at byte ${start} is a ${dtype}: it has no values to read.`);
  const expected = size * elementCount(shape);
  if (content !== undefined && content.length > 0) {
    if (content.length !== expected) throw new FormatError(unfitting(dtype, shape, content.length, expected));
    return { dtype, shape, bytes: content };
  }
  return { dtype, shape, bytes: decodeList(fields, dtype, shape, expected) };
}

/**
 * The values of a TensorProto without dtype and shape, as V1 checkpoints hold them: all are there, none is repeated.
 *
 * @throws FormatError when there are more or fewer than the shape has.
 */
export function decodeTensorList(reader: WireReader, dtype: DType, shape: readonly number[]): TensorValue {
  const count = elementCount(shape);
  if (dtype === 'string') {
    const elements = decodeElements(reader);
    if (elements.length !== count) throw new FormatError(unfitting(dtype, shape, elements.length, count));
    return stringTensor(shape, elements);
  }
  const size = dtypeSize(dtype);
  if (size === null) throw new FormatError(`A ${dtype} has no values to read.`);
  const expected = count * size;
  const bytes = decodeNumbers(reader, dtype, expected);
  if (bytes.length !== expected) throw new FormatError(unfitting(dtype, shape, bytes.length, expected));
  return { dtype, shape, bytes };
}

function decodeNumbers(reader: WireReader, dtype: DType, limit: number): Uint8Array {
  const list = LISTS[dtype];
  return list === undefined ? new Uint8Array(0) : new ListDecoder(list, limit).decode(reader);
}

function decodeList(
  reader: WireReader,
  dtype: DType,
  shape: readonly number[],
  expected: number,
): Uint8Array {
  const bytes = decodeNumbers(reader, dtype, expected);
  if (bytes.length === expected) return bytes;
  if (bytes.length > expected) throw new FormatError(unfitting(dtype, shape, bytes.length, expected));
  if (expected > MAX_REPEATED_BYTES) {
    throw new FormatError(
      `A tensor of shape [${shape.join(', ')}] repeats its last value over ${expected} bytes.`,
    );
  }
  return repeatLast(bytes, expected, dtypeSize(dtype) ?? 1);
}

class ListDecoder {
  readonly #list: TypedList;
  readonly #limit: number;
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(list: TypedList, limit: number) {
    this.#list = list;
    this.#limit = limit;
  }

  decode(reader: WireReader): Uint8Array {
    const { field, wireType } = this.#list;
    while (reader.next()) {
      if (reader.is(field, wireType)) this.#append(reader);
      else if (!reader.is(field, WireType.bytes)) reader.skip();
      else if (wireType === WireType.varint) {
        const packed = reader.message();
        while (!packed.atEnd) this.#append(packed);
      } else this.#appendBytes(reader.data());
    }
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  #append(reader: WireReader): void {
    const at = this.#grow(this.#list.bytesPerValue);
    this.#list.copy(reader, this.#view, at);
  }

  /** Packed numbers of fixed width are stored as the tensor's bytes are: to the last bit, payloads of NaN included. */
  #appendBytes(packed: Uint8Array): void {
    if (packed.length % this.#list.bytesPerValue !== 0)
      throw new FormatError(`A packed list ends within a number.`);
    const at = this.#grow(packed.length);
    this.#bytes.set(packed, at);
  }

  /** Makes room for so many bytes more; returns where they begin. */
  #grow(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#limit)
      throw new FormatError(`A tensor holds more values than its shape allows.`);
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** tensor.proto: "the last value is repeated"; without any value all are zero. */
function repeatLast(bytes: Uint8Array, expected: number, size: number): Uint8Array {
  const filled = new Uint8Array(expected);
  filled.set(bytes);
  if (bytes.length < size) return filled;
  for (let at = bytes.length; at < expected; at += size) filled.copyWithin(at, at - size, at);
  return filled;
}

function decodeElements(reader: WireReader): Uint8Array[] {
  const elements: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.is(STRING_VAL, WireType.bytes)) elements.push(reader.data());
    else reader.skip();
  }
  return elements;
}

function decodeStrings(reader: WireReader, shape: readonly number[]): TensorValue {
  const elements = decodeElements(reader);
  const expected = elementCount(shape);
  if (elements.length > expected)
    throw new FormatError(unfitting('string', shape, elements.length, expected));
  const last = elements.at(-1) ?? new Uint8Array(0);
  if ((expected - elements.length) * (8 + last.length) > MAX_REPEATED_BYTES) {
    throw new FormatError(
      `A string tensor of shape [${shape.join(', ')}] has only ${elements.length} values.`,
    );
  }
  while (elements.length < expected) elements.push(last);
  return stringTensor(shape, elements);
}

function unfitting(dtype: DType, shape: readonly number[], found: number, expected: number): string {
  const unit = dtype === 'string' ? 'values' : 'bytes';
  return `A ${dtype} tensor of shape [${shape.join(', ')}] holds ${found} ${unit} instead of ${expected}.`;
}

/** As tf.make_tensor_proto does: numbers as bytes, strings as a list. */
export function encodeTensorProto(writer: WireWriter, value: TensorValue): void {
  writer.uint32(1, dtypeNumber(value.dtype));
  writer.message(2, shape => {
    encodeTensorShape(shape, value.shape);
  });
  if (value.dtype === 'string') for (const element of stringElements(value)) writer.data(STRING_VAL, element);
  else writer.data(TENSOR_CONTENT, value.bytes);
}
