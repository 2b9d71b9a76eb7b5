import type * as tf from '@tensorflow/tfjs';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import { describeVariables } from '../variables/model-variables.ts';
import type { ResolvedTrainOptions, TrainOptions } from './train-options.ts';
import { resolveTrainOptions } from './train-options.ts';
import { LogFolder } from './log-folder.ts';
import { SummaryWriter } from './summary-writer.ts';
import { TrainOp } from './train-op.ts';
import { TrainingRun } from './training-run.ts';
import { chooseInitFn } from './warm-start.ts';

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
  const { graph } = trainOp.loss;
  return graph.asDefault(async () => {
    const host = installedTrainingHost();
    if (host?.inspect !== undefined) return host.inspect(describeVariables(graph));
    const initFn = await chooseInitFn(options.initFn ?? null, resolved.logdir);
    const folder = resolved.logdir === null ? null : await LogFolder.open(resolved.logdir);
    try {
      return await trainInto(folder, trainOp, resolved, { ...options, initFn });
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
