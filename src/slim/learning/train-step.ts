import type * as tf from '@tensorflow/tfjs';
import type { SlimVariable } from '../scope/slim-variable.ts';
import type { TrainOp } from './train-op.ts';

export interface TrainStepResult {
  /** The total loss before the step's update. */
  readonly totalLoss: number;
  /** Ends training after this step. */
  readonly shouldStop: boolean;
}

/**
 * One step of the loop. `trainStepKwargs` is what was given to `train`, for functions of your own; the loop itself sees to
 * the number of steps, log lines and traces, whatever function it runs.
 */
export type TrainStepFn<B extends tf.TensorContainer, K> = (
  trainOp: TrainOp<B>,
  globalStep: SlimVariable | null,
  trainStepKwargs: K,
) => Promise<TrainStepResult>;

/** What `train` does in each step unless told otherwise: runs the train op. Source: `train_step` of tf_slim/learning.py. */
export async function trainStep<B extends tf.TensorContainer>(trainOp: TrainOp<B>): Promise<TrainStepResult> {
  return { totalLoss: await trainOp.run(), shouldStop: false };
}
