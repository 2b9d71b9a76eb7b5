/** HistogramProto (core/framework/summary.proto) and TensorFlow's way to make one (core/lib/histogram/histogram.cc). */

import { FormatError } from './format-error.ts';
import { WireType, type WireReader, type WireWriter } from './wire-format.ts';

export interface HistogramProto {
  readonly min: number;
  readonly max: number;
  /** How many values there were. */
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Right edge of each bucket, exclusive, ascending; the left edge is the one before, -DBL_MAX for the first. */
  readonly bucketLimit: Float64Array;
  /** How many values fell into each bucket. */
  readonly bucket: Float64Array;
}

/** 1e-12 growing by 10 % up to 1e20, the same below zero, 0 and both ends of the doubles: 1551 right edges. */
const BUCKET_LIMITS = makeBucketLimits();

function makeBucketLimits(): Float64Array {
  const positive: number[] = [];
  for (let limit = 1e-12; limit < 1e20; limit *= 1.1) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  return Float64Array.from([...positive.map(limit => -limit).reverse(), 0, ...positive]);
}

/**
 * What TF1's `summary.histogram` makes of these values: the default bucket limits, runs of empty buckets merged.
 *
 * @throws RangeError when a value is NaN or infinite, as TensorFlow's HistogramSummary does.
 */
export function histogramOf(values: ArrayLike<number>): HistogramProto {
  const counts = new Float64Array(BUCKET_LIMITS.length);
  let min = Number.MAX_VALUE;
  let max = -Number.MAX_VALUE;
  let sum = 0;
  let sumSquares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) throw new RangeError(`Value ${index} of a histogram is ${value}.`);
    const bucket = bucketOf(value);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    sumSquares += value * value;
  }
  return { min, max, num: values.length, sum, sumSquares, ...mergeEmptyBuckets(counts) };
}

/** The first bucket whose right edge is above `value` (std::upper_bound); the last one also holds DBL_MAX itself. */
function bucketOf(value: number): number {
  let low = 0;
  let high = BUCKET_LIMITS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BUCKET_LIMITS[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function mergeEmptyBuckets(counts: Float64Array): { bucketLimit: Float64Array; bucket: Float64Array } {
  const limits: number[] = [];
  const merged: number[] = [];
  counts.forEach((count, index) => {
    const limit = BUCKET_LIMITS[index] ?? 0;
    if (count === 0 && merged.at(-1) === 0) limits[limits.length - 1] = limit;
    else {
      limits.push(limit);
      merged.push(count);
    }
  });
  return { bucketLimit: Float64Array.from(limits), bucket: Float64Array.from(merged) };
}

export function decodeHistogram(reader: WireReader): HistogramProto {
  const scalars = [0, 0, 0, 0, 0, 0];
  let bucketLimit: Float64Array = new Float64Array(0);
  let bucket: Float64Array = new Float64Array(0);
  while (reader.next()) {
    if (reader.wireType === WireType.fixed64 && reader.field <= 5) scalars[reader.field] = reader.double();
    else if (reader.field === 6) bucketLimit = appendDoubles(bucketLimit, reader);
    else if (reader.field === 7) bucket = appendDoubles(bucket, reader);
    else reader.skip();
  }
  if (bucketLimit.length !== bucket.length) {
    throw new FormatError(
      `A histogram has ${bucketLimit.length} bucket limits for ${bucket.length} buckets.`,
    );
  }
  const [, min = 0, max = 0, num = 0, sum = 0, sumSquares = 0] = scalars;
  return { min, max, num, sum, sumSquares, bucketLimit, bucket };
}

/** A repeated double: packed in one field, or one field for each (as protobuf 2 and some writers do). */
function appendDoubles(before: Float64Array, reader: WireReader): Float64Array {
  const packed = reader.wireType === WireType.bytes ? reader.data() : undefined;
  if (packed !== undefined && packed.length % 8 !== 0) {
    throw new FormatError(`A list of doubles takes ${packed.length} bytes, which is no multiple of 8.`);
  }
  const added =
    packed === undefined ? Float64Array.of(reader.double()) : new Float64Array(new Uint8Array(packed).buffer);
  if (before.length === 0) return added;
  const joined = new Float64Array(before.length + added.length);
  joined.set(before);
  joined.set(added, before.length);
  return joined;
}

export function encodeHistogram(writer: WireWriter, histogram: HistogramProto): void {
  const { min, max, num, sum, sumSquares } = histogram;
  [min, max, num, sum, sumSquares].forEach((value, index) => {
    if (value !== 0) writer.double(index + 1, value);
  });
  writer.packedDoubles(6, histogram.bucketLimit);
  writer.packedDoubles(7, histogram.bucket);
}
