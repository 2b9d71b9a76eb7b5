import * as tf from '@tensorflow/tfjs';
import { recordSlices } from '../gradient-slices.ts';
import { currentPass } from '../scope/running-pass.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/**
 * Rows of a table by their numbers: an embedding. Its gradient is sparse: optimizers leave the other rows, and their
 * slots, as they are, where TensorFlow's do.
 *
 * Source: `tf.nn.embedding_lookup` of one table. Ids have to be within the table: TF.js does not check them.
 *
 * @param table float32 [rows, ...].
 * @param ids int32, any shape.
 * @returns float32 [...ids.shape, ...table.shape.slice(1)].
 */
export function embeddingLookup(table: SlimVariable, ids: tf.Tensor): tf.Tensor {
  const pass = currentPass();
  const [height = 0, ...row] = table.shape;
  const flatIds = ids.toInt().flatten();
  const lookup = tf.customGrad((params, saver) => {
    (saver as (tensors: tf.Tensor[]) => void)([flatIds]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [rows] = saved as [tf.Tensor1D];
      if (pass !== null) recordSlices(pass, table, { rows, values: dy });
      return tf.unsortedSegmentSum(dy, rows, height);
    };
    return { value: tf.gather(params as tf.Tensor, flatIds), gradFunc };
  });
  return lookup(table.value).reshape([...ids.shape, ...row]);
}
