import type * as tf from '@tensorflow/tfjs';

/** Where a source stands, as safe integers by name: a checkpoint keeps each as the int64 scalar `slim_data/NAME`, of a second source `slim_data_1/NAME`. */
export type SourcePosition = Readonly<Record<string, number>>;

/**
 * Where batches come from. A batch is a tensor or a record of tensors, as the user's function takes it; whoever asked
 * for it disposes of it.
 */
export interface Source<B extends tf.TensorContainer = tf.TensorContainer> {
  /** The next batch; null at the end of the data, which ends training as TensorFlow's OutOfRange does. */
  next(): Promise<B | null>;
  /** The batch that {@link Source.next} will give, without taking it. */
  peek(): Promise<B | null>;
  /** Batches in one pass over all data; null where that is not known. Evaluation takes as many. */
  readonly batchesPerEpoch: number | null;
  /** The position of the batch that {@link Source.next} will give. */
  position(): SourcePosition;
  /** Goes to a position that {@link Source.position} gave, of a source made the same way. */
  seek(position: SourcePosition): Promise<void>;
}

/** The data are at their end: what training ends by, without an error. */
export class OutOfRangeError extends Error {
  override readonly name = 'OutOfRangeError';
}
