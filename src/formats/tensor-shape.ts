/** TensorShapeProto (core/framework/tensor_shape.proto). */

import { FormatError } from './format-error.ts';
import { WireType, type WireReader, type WireWriter } from './wire-format.ts';

/** TensorFlow's own limit (TensorShape::MaxDimensions). */
const MAX_RANK = 254;

/** @throws FormatError for an unknown rank or dimension, and for more elements than 2^53. */
export function decodeTensorShape(reader: WireReader): number[] {
  const shape: number[] = [];
  while (reader.next()) {
    if (reader.is(2, WireType.bytes)) shape.push(decodeDimension(reader));
    else if (reader.is(3, WireType.varint) && reader.bool())
      throw new FormatError('A stored tensor has no known rank.');
    else if (!reader.is(3, WireType.varint)) reader.skip();
    if (shape.length > MAX_RANK)
      throw new FormatError(`A stored tensor has more than ${MAX_RANK} dimensions.`);
  }
  const elements = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (elements > Number.MAX_SAFE_INTEGER)
    throw new FormatError(`The shape [${shape.join(', ')}] is too large.`);
  return shape;
}

/** The message in the current field. */
function decodeDimension(reader: WireReader): number {
  const outerEnd = reader.enter();
  let size = 0;
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) size = reader.int64();
    else reader.skip();
  }
  reader.leave(outerEnd);
  if (size < 0 || size > Number.MAX_SAFE_INTEGER)
    throw new FormatError(`A stored tensor has a dimension of ${size}.`);
  return size;
}

export function encodeTensorShape(writer: WireWriter, shape: readonly number[]): void {
  for (const size of shape) {
    writer.message(2, dimension => {
      if (size !== 0) dimension.int64(1, size);
    });
  }
}
