import * as tf from '@tensorflow/tfjs';
import type { TensorValue } from '../../formats/tensor-value.ts';
import { copyRows, transposeElements } from '../../restore/rearrange-values.ts';
import type { Arrangement } from '../../restore/restore-plan.ts';
import { numbersOf } from '../../formats/tensor-numbers.ts';
import { computeDType } from '../scope/slim-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/** What a variable holds now, as files hold it. The bytes are a copy. */
export function readVariable({ value, dtype, shape }: SlimVariable): TensorValue {
  const data = value.dataSync();
  const typed = dtype === 'int64' ? BigInt64Array.from(data, BigInt) : data.slice();
  return { dtype, shape, bytes: new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength) };
}

/**
 * Sets a variable to stored values. Another type is cast.
 *
 * @param arrangement Which of them go where; default: as many as it has elements, in row-major order.
 * @throws RangeError when an integer does not fit in what TF.js computes with, 32 bits.
 */
export function writeVariable(
  variable: SlimVariable,
  stored: TensorValue,
  arrangement: Arrangement = { kind: 'whole' },
): void {
  const dtype = computeDType(variable.dtype);
  tf.tidy(() => {
    const values = arranged(variable, stored, valuesOf(variable, stored), arrangement);
    variable.value.assign(tf.tensor(values, [...variable.shape], dtype));
  });
}

type TfValues = Float32Array | Int32Array | Uint8Array;

function arranged(
  variable: SlimVariable,
  stored: TensorValue,
  values: TfValues,
  arrangement: Arrangement,
): TfValues {
  switch (arrangement.kind) {
    case 'whole':
    case 'reshaped':
      return values;
    case 'transposed':
      return transposeElements(values, stored.shape, arrangement.axes);
    case 'rows': {
      const into = variable.value.dataSync().slice();
      copyRows(values, stored.shape, into, variable.shape, arrangement);
      return into;
    }
  }
}

function valuesOf({ name, dtype }: SlimVariable, stored: TensorValue): TfValues {
  // Without a detour, because this is the rule, and the one where time matters.
  if (dtype === 'float32' && stored.dtype === 'float32') return new Float32Array(stored.bytes.slice().buffer);
  const numbers = numbersOf(stored);
  if (dtype === 'float32') return Float32Array.from(numbers);
  if (dtype === 'bool') return Uint8Array.from(numbers, number => (number === 0 ? 0 : 1));
  return Int32Array.from(numbers, number => {
    const whole = Math.trunc(number);
    if (whole !== (whole | 0)) throw new RangeError(`${name}: ${number} does not fit in 32 bits.`);
    return whole;
  });
}
