import * as tf from '@tensorflow/tfjs';

/**
 * The inputs as they are, with a gradient that is multiplied on its way back.
 *
 * Source: `tf_slim.layers.scale_gradient`.
 *
 * @param inputs float32, any shape.
 */
export function scaleGradient<T extends tf.Tensor>(inputs: T, gradientMultiplier: number): T {
  const identity = tf.customGrad(x => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => dy.mul(tf.scalar(gradientMultiplier)),
  }));
  return identity(inputs) as T;
}
