/** BundleHeaderProto and BundleEntryProto (core/protobuf/tensor_bundle.proto): what the index of a V2 checkpoint holds. */

import { dtypeNumber, dtypeOfNumber, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { decodeTensorShape, encodeTensorShape } from './tensor-shape.ts';
import { decodeTensorSlice, type TensorSlice } from './tensor-slice.ts';
import { byteLengthOf } from './tensor-value.ts';
import { checkMinimumConsumer } from './version-def.ts';
import { WireReader, WireType, WireWriter } from './wire-format.ts';

/** The key of the header. */
export const HEADER_KEY = '';

/** BundleReader's kTensorBundleMinProducer and kTensorBundleVersion. */
const BUNDLE_VERSION = 1;

export interface BundleHeader {
  readonly shards: number;
  readonly bigEndian: boolean;
}

export interface BundleEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly shard: number;
  /** Where the bytes begin in the shard's data file, and how many they are. */
  readonly offset: number;
  readonly size: number;
  /** Masked. */
  readonly checksum: number;
  /** Of a partitioned variable: its parts, which have entries of their own; this one then has no bytes. */
  readonly slices: readonly TensorSlice[];
}

/** As an index lists it. */
export interface IndexedBundleEntry extends BundleEntry {
  /** Bytes of the tensor: of a partitioned variable those of all its parts. */
  readonly nbytes: number;
}

/** Most have none: they share this. */
const NO_SLICES: readonly TensorSlice[] = [];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** @throws FormatError for a header that a newer, incompatible TensorFlow wrote. */
export function decodeBundleHeader(bytes: Uint8Array): BundleHeader {
  const reader = new WireReader(bytes);
  const header: Mutable<BundleHeader> = { shards: 0, bigEndian: false };
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) header.shards = reader.varint();
    else if (reader.is(2, WireType.varint)) header.bigEndian = reader.bool();
    else if (reader.is(3, WireType.bytes)) checkMinimumConsumer(reader.message(), BUNDLE_VERSION);
    else reader.skip();
  }
  if (header.shards < 1) throw new FormatError(`its header counts ${header.shards} data files`);
  return header;
}

export function encodeBundleHeader(header: BundleHeader): Uint8Array {
  const writer = new WireWriter();
  writer.uint32(1, header.shards);
  if (header.bigEndian) writer.uint32(2, 1);
  writer.message(3, version => version.uint32(1, BUNDLE_VERSION));
  return writer.finish();
}

/** Reads to the end of the message. */
export function decodeBundleEntry(reader: WireReader): IndexedBundleEntry {
  let number = 0;
  let shape: readonly number[] = [];
  let slices = NO_SLICES;
  let shard = 0;
  let offset = 0;
  let size = 0;
  let checksum = 0;
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) number = reader.varint();
    else if (reader.is(2, WireType.bytes)) {
      const outerEnd = reader.enter();
      shape = decodeTensorShape(reader);
      reader.leave(outerEnd);
    } else if (reader.is(3, WireType.varint)) shard = reader.varint();
    else if (reader.is(4, WireType.varint)) offset = reader.size();
    else if (reader.is(5, WireType.varint)) size = reader.size();
    else if (reader.is(6, WireType.fixed32)) checksum = reader.fixed32();
    else if (reader.is(7, WireType.bytes)) slices = [...slices, decodeTensorSlice(reader.message())];
    else reader.skip();
  }
  const dtype = dtypeOfNumber(number);
  if (dtype === undefined) throw new FormatError(`dtype ${number} is not known`);
  const nbytes = byteLengthOf(dtype, shape) ?? size;
  return { dtype, shape, shard, offset, size, checksum, slices, nbytes };
}

/** Zeros are left out, as proto3 does, so that the bytes are TensorFlow's. */
export function encodeBundleEntry(entry: BundleEntry): Uint8Array {
  const writer = new WireWriter();
  writer.uint32(1, dtypeNumber(entry.dtype));
  writer.message(2, shape => {
    encodeTensorShape(shape, entry.shape);
  });
  if (entry.shard !== 0) writer.uint32(3, entry.shard);
  if (entry.offset !== 0) writer.int64(4, entry.offset);
  if (entry.size !== 0) writer.int64(5, entry.size);
  if (entry.checksum !== 0) writer.fixed32(6, entry.checksum);
  return writer.finish();
}
