/** Trains a LeNet with histograms of all its variables and slots now and then, and times what they hold the steps up. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { histogramOf } from '../../../src/formats/histogram.ts';
import { lenet } from '../train/ours/models.ts';
import { comparison, median } from '../statistics.ts';

const SUMMARIES = 35;
/** As long as the thread begins, and summarized steps become a graph. */
const WARM_UP = 15;
/** Enough for a thread to count, then for counting by hand, and for usual steps after each. */
const SECONDS_APART = 1.2;
const QUIET_MS = 500;

const images = tf.randomUniform<tf.Rank.R4>([32, 28, 28, 1], -1, 1, 'float32', 7);
const labels = tf.zeros<tf.Rank.R1>([32], 'int32');
const data = slim.data.arrays({ images, labels }, { batchSize: 32 });
const loss = await slim.defineLoss(data, batch => {
  slim.losses.softmaxCrossEntropy(lenet(batch.images), tf.oneHot(batch.labels, 10).toFloat());
  return slim.losses.getTotalLoss();
});
const trainOp = await slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(1e-4, 0.9));

/** Milliseconds. */
const times: Record<
  /** What comes before and after a summarized step, that step itself, and the same of any other. */
  | 'aroundSummarizedStep'
  | 'summarizedStep'
  | 'beforeStep'
  | 'step'
  /** The same by hand: pulling the values, and counting them. */
  | 'pull'
  | 'count',
  number[]
> = { aroundSummarizedStep: [], summarizedStep: [], beforeStep: [], step: [], pull: [], count: [] };

/** What was pulled by hand, so long that the next values go into memory as fresh as those that a thread was given. */
const kept: ArrayLike<number>[][] = [];

/** Takes the values that a summary takes, and does with them what its thread does. */
function summarizeByHand(): void {
  const variables = slim.getVariables().filter(({ dtype, shape }) => dtype === 'float32' && shape.length > 0);
  const start = performance.now();
  const values = variables.map(({ value }) => value.dataSync());
  const pulled = performance.now();
  values.forEach(histogramOf);
  times.pull.push(pulled - start);
  times.count.push(performance.now() - pulled);
  kept.push(values);
  if (kept.length > 3) kept.shift();
}

let stepEnded = performance.now();
let summaryAt = 0;
let isDueByHand = false;

class TimedWriter extends slim.train.SummaryWriter {
  override addSummaries(values: readonly slim.SummaryValue[], step: number): void {
    const start = performance.now();
    super.addSummaries(values, step);
    if (!values.some(({ tag }) => tag === 'total_loss')) return;
    summaryAt = performance.now();
    isDueByHand = true;
    times.aroundSummarizedStep.push((times.beforeStep.pop() ?? NaN) + summaryAt - start);
    times.summarizedStep.push(times.step.pop() ?? NaN);
  }
}

async function trainStep(op: typeof trainOp): Promise<slim.learning.TrainStepResult> {
  const start = performance.now();
  times.beforeStep.push(start - stepEnded);
  const { totalLoss } = await slim.learning.trainStep(op);
  times.step.push(performance.now() - start);
  return { totalLoss, shouldStop: times.summarizedStep.length > SUMMARIES };
}

function onStep(): void {
  if (isDueByHand && performance.now() - summaryAt > QUIET_MS) {
    isDueByHand = false;
    summarizeByHand();
  }
  stepEnded = performance.now();
}

const logdir = mkdtempSync(join(tmpdir(), 'bench-summaries-'));
const writer = new TimedWriter(logdir);
try {
  await slim.learning.train(trainOp, logdir, {
    summaryWriter: writer,
    saveSummariesSecs: SECONDS_APART,
    saveIntervalSecs: 0,
    logEveryNSteps: 0,
    trainStepFn: trainStep,
    hooks: { onStep },
  });
} finally {
  await writer.close();
  rmSync(logdir, { recursive: true });
}

const rounds = times.pull.map((_, round) => round).slice(WARM_UP);
const usual = median(times.beforeStep);
const holdUp = rounds.map(round => (times.aroundSummarizedStep[round] ?? NaN) - usual);
const pull = rounds.map(round => times.pull[round] ?? NaN);
const counting = rounds.map(round => (times.pull[round] ?? NaN) + (times.count[round] ?? NaN));
const on = `of a LeNet and its slots, ${tf.getBackend()}`;
console.log(comparison(`histograms of all variables, against pulling the values, ${on}`, 'ms', holdUp, pull));
console.log(
  comparison(`histograms of all variables, against counting them in the step, ${on}`, 'ms', holdUp, counting),
);
const steps = times.summarizedStep.slice(WARM_UP);
console.log(comparison(`a step with summaries, against one without, ${on}`, 'ms', steps, median(times.step)));
