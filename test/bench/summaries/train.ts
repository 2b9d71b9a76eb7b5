/** Trains a LeNet with histograms of all its variables and slots now and then, and times what they hold the steps up. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { histogramOf } from '../../../src/formats/histogram.ts';
import { lenet } from '../train/ours/models.ts';
import { comparison, median } from '../statistics.ts';

/** At first the thread begins, and summarized steps become a graph. */
const SUMMARIES = 35;
const MEASURED = 20;
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

/**
 * Memory that is fresh from the system takes several times as long to be written as the values take to be pulled, and whether
 * it is fresh is up to the allocator: only what came into memory that was used before is compared.
 */
const FEW_PAGES = 1000;
const pagesMade = (): number => process.resourceUsage().minorPageFault;

/** Takes the values that a summary takes, and does with them what its thread does. */
function summarizeByHand(): void {
  const variables = slim.getVariables().filter(({ dtype, shape }) => dtype === 'float32' && shape.length > 0);
  const pages = pagesMade();
  const start = performance.now();
  const values = variables.map(({ value }) => value.dataSync());
  const pulled = performance.now();
  if (pagesMade() - pages < FEW_PAGES) times.pull.push(pulled - start);
  values.forEach(histogramOf);
  times.count.push(performance.now() - pulled);
}

let stepEnded = performance.now();
let pagesAtEnd = pagesMade();
let pagesBeforeStep = 0;
let summaryAt = 0;
let isDueByHand = false;

class TimedWriter extends slim.train.SummaryWriter {
  override addSummaries(values: readonly slim.SummaryValue[], step: number): void {
    const start = performance.now();
    super.addSummaries(values, step);
    if (!values.some(({ tag }) => tag === 'total_loss')) return;
    summaryAt = performance.now();
    isDueByHand = true;
    const before = times.beforeStep.pop() ?? NaN;
    if (pagesBeforeStep < FEW_PAGES) times.aroundSummarizedStep.push(before + summaryAt - start);
    times.summarizedStep.push(times.step.pop() ?? NaN);
  }
}

async function trainStep(op: typeof trainOp): Promise<slim.learning.TrainStepResult> {
  const start = performance.now();
  times.beforeStep.push(start - stepEnded);
  pagesBeforeStep = pagesMade() - pagesAtEnd;
  const { totalLoss } = await slim.learning.trainStep(op);
  times.step.push(performance.now() - start);
  return { totalLoss, shouldStop: times.summarizedStep.length > SUMMARIES };
}

function onStep(): void {
  if (isDueByHand && performance.now() - summaryAt > QUIET_MS) {
    isDueByHand = false;
    summarizeByHand();
  }
  pagesAtEnd = pagesMade();
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

const usual = median(times.beforeStep);
const holdUp = times.aroundSummarizedStep.slice(-MEASURED).map(time => time - usual);
const pull = median(times.pull.slice(-MEASURED));
const counting = pull + median(times.count);
const on = `of a LeNet and its slots, ${tf.getBackend()}`;
console.log(comparison(`histograms of all variables, against pulling the values, ${on}`, 'ms', holdUp, pull));
console.log(
  comparison(`histograms of all variables, against counting them in the step, ${on}`, 'ms', holdUp, counting),
);
const steps = times.summarizedStep.slice(-MEASURED);
console.log(comparison(`a step with summaries, against one without, ${on}`, 'ms', steps, median(times.step)));
