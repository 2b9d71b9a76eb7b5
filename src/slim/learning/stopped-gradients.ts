import * as tf from '@tensorflow/tfjs';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';

/** What TensorFlow has no gradient for, and TF.js one of zeros, whatever comes: through it nothing is ever trained. */
const STOPPING = [
  'ArgMax',
  'ArgMin',
  'Ceil',
  'Floor',
  'GreaterEqual',
  'IsFinite',
  'IsInf',
  'IsNan',
  'OnesLike',
  'Round',
  'Sign',
  'Step',
  'ZerosLike',
];

/** Runs `fn`, and tells at which operations gradients that it computes stop. */
export function watchStoppedGradients<T>(fn: () => T): {
  readonly result: T;
  readonly stoppedAt: readonly string[];
} {
  const stoppedAt = new Set<string>();
  const configs = STOPPING.flatMap(kernel => (tf.getGradient(kernel) as tf.GradConfig | undefined) ?? []);
  try {
    for (const config of configs) {
      replaceGradient({
        ...config,
        gradFunc: (...given) => {
          stoppedAt.add(config.kernelName);
          return config.gradFunc(...given);
        },
      });
    }
    const result = fn();
    return { result, stoppedAt: [...stoppedAt] };
  } finally {
    for (const config of configs) replaceGradient(config);
  }
}

function replaceGradient(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/**
 * Throws when gradients stopped and none is anything but zero. One that is zero by its values, of a ReLU that never fires
 * say, may be another at the next batch: it is no error.
 */
export function checkNotStopped(
  gradients: readonly GradientAndVariable[],
  stoppedAt: readonly string[],
): void {
  if (stoppedAt.length === 0) return;
  const isTrained = tf.tidy(() =>
    gradients.some(({ gradient }) => gradient?.notEqual(tf.zerosLike(gradient)).any().dataSync()[0] === 1),
  );
  if (isTrained) return;
  throw noGradientThrough(
    stoppedAt.join(', '),
    gradients.map(({ variable }) => variable.name),
  );
}

/** @param operation TF.js's name of its kernel */
export function noGradientThrough(operation: string, names: readonly string[], cause?: unknown): Error {
  return new Error(
    `No gradients provided for any variable: the loss depends on ${names.join(', ')} through ${operation}, which has no ` +
      'gradient. Let it depend on values before that: on logits or probabilities, say, not on the classes chosen by them.',
    { cause },
  );
}
