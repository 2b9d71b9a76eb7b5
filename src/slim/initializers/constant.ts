import * as tf from '@tensorflow/tfjs';
import { computeDType, type Initializer } from '../scope/slim-variable.ts';

/**
 * An initializer that gives one value everywhere, or the values it was given, in C order.
 *
 * Source: `tf.compat.v1.constant_initializer`.
 *
 * @param value A number, or as many as the variable has elements; too few are filled up by the last one.
 */
export function constantInitializer(value: number | ArrayLike<number> = 0): Initializer {
  const initializer: Initializer = (shape, dtype) => {
    if (typeof value === 'number') return tf.fill([...shape], value, computeDType(dtype));
    const size = shape.reduce((product, length) => product * length, 1);
    if (value.length > size || value.length === 0) {
      throw new RangeError(
        `${value.length} values do not fill a variable of shape [${shape.join(', ')}], which has ${size}.`,
      );
    }
    const filled = Array.from({ length: size }, (_, i) => value[Math.min(i, value.length - 1)] ?? 0);
    return tf.tensor(filled, [...shape], computeDType(dtype));
  };
  return Object.assign(initializer, { initializerName: nameOf(value) });
}

function nameOf(value: number | ArrayLike<number>): string {
  if (typeof value !== 'number') return 'given values';
  if (value === 0) return 'zeros';
  return value === 1 ? 'ones' : `constant ${value}`;
}
