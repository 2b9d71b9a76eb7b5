import type { TensorFlow } from '../tensorflow-js.ts';

export function registerEmbeddedKernels(tf: TensorFlow): void {
  tf.getBackend();
}
