import { constantInitializer } from './constant.ts';
import type { Initializer } from '../scope/slim-variable.ts';

/** An initializer that gives 1 everywhere. Source: `tf.compat.v1.ones_initializer`. */
export function onesInitializer(): Initializer {
  return constantInitializer(1);
}
