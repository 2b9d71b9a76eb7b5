import type { KernelBackend } from '@tensorflow/tfjs';
import type { TensorFlow } from './tensorflow-js.ts';

/** The plain JavaScript backend, which in Node prints an advertisement for tfjs-node at its first use, without it. */
export function withoutAdvertisement<T extends KernelBackend>(cpu: T): T {
  Reflect.set(cpu, 'firstUse', false);
  return cpu;
}

/**
 * Has the plain JavaScript backend that TF.js makes by itself be quiet: tensors that a script makes before a backend was
 * chosen are there. Of no effect when there is one already.
 */
export function quietCpuBackend(tf: TensorFlow): void {
  const registered = tf.engine().registryFactory['cpu'];
  if (registered === undefined) return;
  const { factory } = registered;
  registered.factory = () => {
    const backend = factory();
    return backend instanceof Promise ? backend.then(withoutAdvertisement) : withoutAdvertisement(backend);
  };
}
