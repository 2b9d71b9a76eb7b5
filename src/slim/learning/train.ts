import type * as tf from '@tensorflow/tfjs';
import type { ResolvedTrainOptions, TrainOptions } from './train-options.ts';
import { resolveTrainOptions } from './train-options.ts';
import { LogFolder } from './log-folder.ts';
import { SummaryWriter } from './summary-writer.ts';
import { TrainOp } from './train-op.ts';
import { TrainingRun } from './training-run.ts';

/**
 * The training loop: runs `trainOp` until its steps are taken, the data end, or somebody stops it. When `logdir` holds
 * checkpoints it goes on from the newest sound one, variables, slots, global step and data position; otherwise `initOp` and
 * `initFn` are run. Summaries and checkpoints go to `logdir`; null: nothing is written or resumed.
 *
 * Source: `train` of tf_slim/learning.py. Unlike there: a run that has all its steps takes none at the next start (see
 * `extraStepOnResume`), and checkpoints are saved also when the run is stopped by a signal or ends by an exception.
 *
 * @returns The last step's total loss before its update; null when no step was taken.
 */
export async function train<B extends tf.TensorContainer, K = undefined>(
  trainOp: TrainOp<B>,
  logdir: string | null,
  options: TrainOptions<B, K> = {},
): Promise<number | null> {
  if (!(trainOp instanceof TrainOp)) {
    throw new TypeError(
      'trainOp cannot be empty: it is what "await slim.learning.createTrainOp(totalLoss, optimizer)" gives.',
    );
  }
  const resolved = resolveTrainOptions(logdir, options);
  return trainOp.loss.graph.asDefault(async () => {
    const folder = resolved.logdir === null ? null : await LogFolder.open(resolved.logdir);
    try {
      return await trainInto(folder, trainOp, resolved, options);
    } finally {
      await folder?.close();
    }
  });
}

async function trainInto<B extends tf.TensorContainer, K>(
  folder: LogFolder | null,
  trainOp: TrainOp<B>,
  resolved: ResolvedTrainOptions,
  options: TrainOptions<B, K>,
): Promise<number | null> {
  const { summaryWriter } = options;
  if (folder === null || summaryWriter !== undefined) {
    return new TrainingRun(trainOp, resolved, options, folder, summaryWriter ?? null).toItsEnd();
  }
  const writer = new SummaryWriter(folder.path);
  try {
    return await new TrainingRun(trainOp, resolved, options, folder, writer).toItsEnd();
  } finally {
    await writer.close();
  }
}
