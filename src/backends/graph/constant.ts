import type { RecordedConstant } from './step-record.ts';
import type { CodePlace } from './source-line.ts';

/** Two numbers an element, in one array of floats. */
const TF_COMPLEX64 = 8;

/** Takes down values: a copy, as the array may be written to later on. */
export function constantOf(
  shape: readonly number[],
  dtype: number,
  values: Float32Array | Int32Array | Uint8Array,
  place: CodePlace,
): RecordedConstant {
  const isSplat = values.length > 1 && dtype !== TF_COMPLEX64 && isUniform(values);
  const kept = isSplat ? values.subarray(0, 1) : values;
  const bytes = Uint8Array.from(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength));
  return { shape: [...shape], dtype, bytes, isSplat, place };
}

/** Whether all elements have the same bits: -0 is not 0, and NaN is NaN. */
function isUniform(values: Float32Array | Int32Array | Uint8Array): boolean {
  const bits =
    values instanceof Float32Array
      ? new Uint32Array(values.buffer, values.byteOffset, values.length)
      : values;
  const [first] = bits;
  return bits.every(each => each === first);
}

export function isSameConstant(a: RecordedConstant, b: RecordedConstant): boolean {
  return a.isSplat === b.isSplat && Buffer.compare(a.bytes, b.bytes) === 0;
}
