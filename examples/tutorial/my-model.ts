import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

/** Scores of the ten digits, [batch, 10], for images [batch, 8, 8, 1]. */
export function myModel(images: tf.Tensor4D): tf.Tensor2D {
  let net = slim.conv2d(images, 16, [3, 3], { scope: 'conv0' });
  net = slim.maxPool2d(net, [2, 2], { scope: 'pool0' });
  return slim.fullyConnected(slim.flatten(net), 10, { activationFn: null, scope: 'fc8' });
}
