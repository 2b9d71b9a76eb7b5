/** Trains a LeNet on batches that take 0.6 steps to load: without loading them, between the steps, and in a thread. */

import { setTimeout as wait } from 'node:timers/promises';
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { lenet } from '../train/ours/models.ts';
import { comparison, median, rounded } from '../statistics.ts';
import * as loader from './load-slowly.ts';

const ROUNDS = 11;
const STEPS = 24;
/** As many as a thread reads ahead: they are trained on before the clock starts, so that it works as fast as it is used. */
const AHEAD = 16;
const LOAD_OF_A_STEP = 0.6;

type Batches = ReturnType<typeof loader.load>;
type TrainOp = Awaited<ReturnType<typeof trainOpOn>>;

function trainOpOn(data: Batches) {
  return new slim.Graph().asDefault(async () => {
    const loss = await slim.defineLoss(data, ({ images, labels }) => {
      slim.losses.softmaxCrossEntropy(lenet(images), tf.oneHot(labels, 10).toFloat());
      return slim.losses.getTotalLoss();
    });
    return slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(0.01, 0.9));
  });
}

/** Milliseconds a step. */
async function timed(trainOp: TrainOp): Promise<number> {
  const train = (steps: number): Promise<number | null> =>
    slim.learning.train(trainOp, null, { numberOfSteps: trainOp.currentStep() + steps, logEveryNSteps: 0 });
  await train(AHEAD);
  const start = performance.now();
  await train(STEPS);
  return (performance.now() - start) / STEPS;
}

function turnsIn(milliseconds: number): number {
  const turns = 3e6;
  const times = Array.from({ length: 9 }, () => timedLoad(turns));
  return Math.round((turns * milliseconds) / median(times));
}

function timedLoad(turns: number): number {
  const start = performance.now();
  loader.spend(turns);
  return performance.now() - start;
}

const alone = await trainOpOn(loader.load(0));
for (let warmUp = 0; warmUp < 5; warmUp++) await timed(alone);
const loadMs = LOAD_OF_A_STEP * (await timed(alone));
const turns = turnsIn(loadMs);
const inline = await trainOpOn(loader.load(turns));
const url = new URL('load-slowly.ts', import.meta.url);
const beside = await trainOpOn(await slim.data.worker<typeof loader>(url, turns));

const times: Record<'load' | 'alone' | 'inline' | 'beside', number[]> = {
  load: [],
  alone: [],
  inline: [],
  beside: [],
};
for (let round = 0; round < ROUNDS; round++) {
  times.load.push(timedLoad(turns));
  times.alone.push(await timed(alone));
  times.inline.push(await timed(inline));
  times.beside.push(await timed(beside));
  // What the thread still reads ahead is not to be in the others' way.
  await wait(AHEAD * loadMs);
}
for (const rival of ['alone', 'inline'] as const) {
  const what = `loading of ${rounded(median(times.load), 2)} ms beside a step of ${rounded(median(times.alone), 2)} ms`;
  const against = rival === 'alone' ? 'batches at hand' : 'loading between the steps';
  const bench = `${what}, against ${against}, ${tf.getBackend()}`;
  console.log(comparison(bench, 'ms a step', times.beside, times[rival]));
}
