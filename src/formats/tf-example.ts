/** `tf.train.Example` (tensorflow/core/example/example.proto, feature.proto): named lists of bytes, floats or integers. */

import { FormatError } from './format-error.ts';
import { WireReader, WireType } from './wire-format.ts';

export type Feature =
  /** Views into the example's bytes. */
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: readonly number[] }
  | { readonly kind: 'int64'; readonly values: readonly bigint[] };

/** @throws FormatError when the bytes are no message. */
export function decodeExample(bytes: Uint8Array): Map<string, Feature> {
  const features = new Map<string, Feature>();
  const example = new WireReader(bytes);
  while (example.next()) {
    if (example.is(1, WireType.bytes)) readFeatures(example.message(), features);
    else example.skip();
  }
  return features;
}

function readFeatures(reader: WireReader, features: Map<string, Feature>): void {
  while (reader.next()) {
    if (!reader.is(1, WireType.bytes)) {
      reader.skip();
      continue;
    }
    const entry = reader.message();
    let name = '';
    let feature: Feature | undefined;
    while (entry.next()) {
      if (entry.is(1, WireType.bytes)) name = entry.string();
      else if (entry.is(2, WireType.bytes)) feature = readFeature(entry.message());
      else entry.skip();
    }
    // A feature of no kind is one that is not there, as in TensorFlow's own parsing.
    if (feature !== undefined) features.set(name, feature);
  }
}

function readFeature(reader: WireReader): Feature | undefined {
  let feature: Feature | undefined;
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) feature = { kind: 'bytes', values: readBytesList(reader.message()) };
    else if (reader.is(2, WireType.bytes))
      feature = { kind: 'float', values: readFloatList(reader.message()) };
    else if (reader.is(3, WireType.bytes))
      feature = { kind: 'int64', values: readInt64List(reader.message()) };
    else reader.skip();
  }
  return feature;
}

function readBytesList(reader: WireReader): Uint8Array[] {
  const values: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) values.push(reader.data());
    else reader.skip();
  }
  return values;
}

/** Packed, as all writers do it, or one field each, which parsers have to take as well. */
function readFloatList(reader: WireReader): number[] {
  const values: number[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.fixed32)) values.push(reader.float());
    else if (reader.is(1, WireType.bytes)) {
      const packed = reader.message();
      if (packed.left % 4 !== 0) throw new FormatError(`A list of floats has ${packed.left} bytes.`);
      while (!packed.atEnd) values.push(packed.float());
    } else reader.skip();
  }
  return values;
}

function readInt64List(reader: WireReader): bigint[] {
  const values: bigint[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) values.push(reader.bigint64());
    else if (reader.is(1, WireType.bytes)) {
      const packed = reader.message();
      while (!packed.atEnd) values.push(packed.bigint64());
    } else reader.skip();
  }
  return values;
}
