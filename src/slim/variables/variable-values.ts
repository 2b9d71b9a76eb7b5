import * as tf from '@tensorflow/tfjs';
import type { TensorValue } from '../../formats/tensor-value.ts';
import { computeDType } from './slim-variable.ts';
import type { SlimVariable } from './slim-variable.ts';

/** What a variable holds now, as files hold it. The bytes are a copy. */
export function readVariable({ value, dtype, shape }: SlimVariable): TensorValue {
  const data = value.dataSync();
  const typed = dtype === 'int64' ? BigInt64Array.from(data, BigInt) : data.slice();
  return { dtype, shape, bytes: new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength) };
}

/**
 * Sets a variable to a value of its own shape and type.
 *
 * @throws RangeError when an int64 does not fit in what TF.js computes with, 32 bits.
 */
export function writeVariable(variable: SlimVariable, stored: TensorValue): void {
  tf.tidy(() => {
    variable.value.assign(
      tf.tensor(valuesOf(variable, stored), [...variable.shape], computeDType(variable.dtype)),
    );
  });
}

function valuesOf(
  { name }: SlimVariable,
  { dtype, bytes }: TensorValue,
): Float32Array | Int32Array | Uint8Array {
  // A copy, because the bytes may lie at an offset that typed arrays do not allow.
  const buffer = bytes.slice().buffer;
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'int32') return new Int32Array(buffer);
  if (dtype === 'bool') return new Uint8Array(buffer);
  if (dtype === 'int64') {
    return Int32Array.from(new BigInt64Array(buffer), wide => {
      const narrow = Number(wide);
      if (narrow !== (narrow | 0)) throw new RangeError(`${name}: ${wide} does not fit in 32 bits.`);
      return narrow;
    });
  }
  throw new TypeError(`${name}: a ${dtype} value cannot be computed with.`);
}
