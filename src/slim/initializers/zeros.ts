import { constantInitializer } from './constant.ts';
import type { Initializer } from '../scope/slim-variable.ts';

/** An initializer that gives 0 everywhere. Source: `tf.compat.v1.zeros_initializer`. */
export function zerosInitializer(): Initializer {
  return constantInitializer(0);
}
