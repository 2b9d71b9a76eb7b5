import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

/** Batches of 32 pictures, each of which takes so many turns of a loop that needs the processor and nothing else. */
export function load(turns: number): slim.data.Source<{ images: tf.Tensor4D; labels: tf.Tensor1D }> {
  return slim.data.stream(function* () {
    for (;;) {
      const images = spend(turns);
      const labels = new Int32Array(32);
      yield { images: tf.tensor4d(images, [32, 28, 28, 1]), labels: tf.tensor1d(labels, 'int32') };
    }
  });
}

/** Noise, from a generator that goes round so often. */
export function spend(turns: number): Float32Array {
  const values = new Float32Array(32 * 28 * 28);
  let random = 1;
  for (let turn = 0; turn < turns; turn++) {
    random = (Math.imul(random, 1664525) + 1013904223) | 0;
    values[turn % values.length] = random / 2 ** 32;
  }
  return values;
}
