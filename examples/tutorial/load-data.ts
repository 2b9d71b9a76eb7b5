import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

/** Batches of 1,797 handwritten digits: images [batch, 8, 8, 1], from 0 to 1, and labels [batch, 10], 1 at the digit. */
export async function loadData() {
  const { pixels, digits } = await readDigits();
  const images = tf.tensor4d(pixels, [1797, 8, 8, 1]);
  const labels = tf.oneHot(tf.tensor1d(digits, 'int32'), 10).toFloat() as tf.Tensor2D;
  return slim.data.arrays({ images, labels }, { batchSize: 32 });
}

/** The digits as they are in ../digits: 64 pixels of each, and which it is. */
export async function readDigits(): Promise<{ pixels: Float32Array; digits: Uint8Array }> {
  const read = (name: string) => slim.data.readBytes(new URL(`../digits/${name}`, import.meta.url));
  const pixels = Float32Array.from(await read('images.u8'), value => value / 16);
  return { pixels, digits: await read('labels.u8') };
}
