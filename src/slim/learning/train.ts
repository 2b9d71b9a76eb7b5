import type * as tf from '@tensorflow/tfjs';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import { graphModeOf } from '../graph-mode.ts';
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
 * @throws TypeError when an option is refused, or `graph` or `globalStep` is not the train op's own; Error "Model is not
 * ready" when `readyOp` names anything.
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
  checkOwnGraph(trainOp, options);
  checkOwnGlobalStep(trainOp, options);
  const { graph } = trainOp.loss;
  return graph.asDefault(async () => {
    const host = installedTrainingHost();
    if (host?.inspect !== undefined) {
      return host.inspect({ variables: describeVariables(graph), logdir: resolved.logdir });
    }
    const initFn = await chooseInitFn(options.initFn ?? null, resolved.logdir);
    const folder = resolved.logdir === null ? null : await LogFolder.open(resolved.logdir);
    trainOp.setGraphMode(graphModeOf(options));
    try {
      return await trainInto(folder, trainOp, resolved, { ...options, initFn });
    } finally {
      await folder?.close();
    }
  });
}

function checkOwnGraph<B extends tf.TensorContainer, K>(
  trainOp: TrainOp<B>,
  { graph }: TrainOptions<B, K>,
): void {
  if (graph === undefined || graph === trainOp.loss.graph) return;
  throw new TypeError(
    'graph is not the one that the train op was made in: leave graph out, or call defineLoss and createTrainOp in ' +
      'graph.asDefault(...).',
  );
}

function checkOwnGlobalStep<B extends tf.TensorContainer, K>(
  trainOp: TrainOp<B>,
  { globalStep }: { readonly globalStep?: TrainOptions<B, K>['globalStep'] | null },
): void {
  if (globalStep === undefined) return;
  if (globalStep === null) {
    throw new TypeError("globalStep cannot be null: leave it out to count by the train op's own.");
  }
  if (globalStep === trainOp.globalStep) return;
  const counted = trainOp.globalStep === null ? 'no variable' : trainOp.globalStep.name;
  throw new TypeError(
    `globalStep is ${globalStep.name}, and the train op counts up ${counted}: give createTrainOp the same ` +
      `{ globalStep }.`,
  );
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
